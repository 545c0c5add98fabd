import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/** The facts in an identity provider's metadata that logins depend on (SAML V2.0 Metadata §2.4). */
export const samlMetadataShape = z.object({
  /** The issuer of the provider's assertions. */
  entityId: z.string(),
  /** Certificates of the signing keys (DER in base64), all of which verify: there are several during a roll-over. */
  signingCertificates: z.array(z.string()),
  singleSignOn: z.array(z.object({ binding: z.string(), location: z.string() })),
  /** When the metadata expires, ms since the epoch; absent if the document does not say. */
  validUntil: z.number().optional(),
});
export type SamlMetadata = z.infer<typeof samlMetadataShape>;

/** A key that decrypts assertions. */
export const samlPrivateKeyShape = z.object({
  keyId: z.string(),
  /** The key (PKCS #8, DER), sealed under the data keys and bound to the provider and the key id. */
  sealedKey: z.string(),
  addedAt: z.number(),
});
export type SamlPrivateKey = z.infer<typeof samlPrivateKeyShape>;

/** A SAML identity provider (IdP) that an account trusts in its roles' trust policies. */
export const samlProviderShape = z.object({
  accountId: z.string(),
  /** `arn:aws:iam::<account>:saml-provider/<name>`. */
  arn: z.string(),
  providerName: z.string(),
  /** The name in lower case: names are unique regardless of case. */
  nameKey: z.string(),
  /** The id that AWS calls `SAMLProviderUUID`. */
  uuid: z.string(),
  /** The metadata as uploaded. */
  metadataDocument: z.string(),
  metadata: samlMetadataShape,
  /** `Required`: an assertion that is not encrypted is refused. */
  assertionEncryptionMode: z.enum(['Required', 'Allowed']),
  privateKeys: z.array(samlPrivateKeyShape),
  createdAt: z.number(),
  /** When the metadata was last replaced. */
  updatedAt: z.number(),
  tags: z.array(tagShape),
});
export type SamlProvider = z.infer<typeof samlProviderShape>;

export const samlProviders: CollectionDeclaration<SamlProvider> = {
  name: 'samlProviders',
  shape: samlProviderShape,
  key: ['accountId', 'arn'],
  unique: { byName: ['accountId', 'nameKey'] },
  indexes: {},
  counted: { key: 1 },
};
