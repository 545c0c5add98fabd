import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';
import { tagShape } from '../entity.ts';

/** An invitation of an account to an organization. */
export const handshakeShape = z.object({
  /** `h-…` */
  handshakeId: z.string(),
  organizationId: z.string(),
  managementAccountId: z.string(),
  /** The invited account; absent if the invitation names an e-mail address that no account has. */
  accountId: z.string().optional(),
  /** How the invitation named it. */
  target: z.object({ type: z.enum(['ACCOUNT', 'EMAIL']), id: z.string() }),
  /** An open handshake counts as `EXPIRED` from `expiresAt` on. */
  state: z.enum(['OPEN', 'CANCELED', 'ACCEPTED', 'DECLINED']),
  requestedAt: z.number(),
  expiresAt: z.number(),
  notes: z.string().optional(),
  /** Given to the account when it joins. */
  tags: z.array(tagShape),
});
export type Handshake = z.infer<typeof handshakeShape>;

export const handshakes: CollectionDeclaration<Handshake> = {
  name: 'handshakes',
  shape: handshakeShape,
  key: ['handshakeId'],
  unique: {},
  indexes: { byOrganization: ['organizationId', 'requestedAt'], byAccount: ['accountId', 'requestedAt'] },
};
