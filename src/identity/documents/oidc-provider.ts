import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/** An OpenID Connect identity provider (IdP) that an account trusts in its roles' trust policies. */
export const oidcProviderShape = z.object({
  accountId: z.string(),
  /** `arn:aws:iam::<account>:oidc-provider/<url without scheme>`. */
  arn: z.string(),
  /** The issuer URL without its scheme, as AWS shows it. */
  url: z.string(),
  /** Whether the issuer's URL begins with `http:`; see `provider-url.ts`. */
  plainHttp: z.boolean().optional(),
  clientIds: z.array(z.string()),
  thumbprints: z.array(z.string()),
  createdAt: z.number(),
  tags: z.array(tagShape),
});
export type OidcProvider = z.infer<typeof oidcProviderShape>;

export const oidcProviders: CollectionDeclaration<OidcProvider> = {
  name: 'oidcProviders',
  shape: oidcProviderShape,
  key: ['accountId', 'arn'],
  unique: {},
  indexes: {},
  counted: { key: 1 },
};
