import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';

/** The image of a logo. It never changes: another image gets another id. The account's `branding` says which one is used. */
const brandLogoShape = z.object({
  accountId: z.string(),
  /** Random; part of the image's address. */
  logoId: z.string(),
  /** The bytes in base64. */
  data: z.string(),
  createdAt: z.number(),
});
export type BrandLogo = z.infer<typeof brandLogoShape>;

export const brandLogos: CollectionDeclaration<BrandLogo> = {
  name: 'brandLogos',
  shape: brandLogoShape,
  key: ['accountId', 'logoId'],
  unique: {},
  indexes: {},
};
