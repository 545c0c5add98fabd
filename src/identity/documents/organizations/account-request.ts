import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';

/** A request to create an account, and what became of it. */
export const accountRequestShape = z.object({
  organizationId: z.string(),
  /** `car-…` */
  requestId: z.string(),
  accountName: z.string(),
  state: z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED']),
  requestedAt: z.number(),
  completedAt: z.number().optional(),
  accountId: z.string().optional(),
  failureReason: z
    .enum(['ACCOUNT_LIMIT_EXCEEDED', 'EMAIL_ALREADY_EXISTS', 'INVALID_EMAIL', 'INTERNAL_FAILURE'])
    .optional(),
});
export type AccountRequest = z.infer<typeof accountRequestShape>;

export const accountRequests: CollectionDeclaration<AccountRequest> = {
  name: 'accountRequests',
  shape: accountRequestShape,
  key: ['organizationId', 'requestId'],
  unique: {},
  indexes: { byTime: ['organizationId', 'requestedAt'] },
};
