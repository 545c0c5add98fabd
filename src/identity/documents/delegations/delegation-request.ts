import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';

/** A request of one account for temporary access to another one. */
export const delegationRequestShape = z.object({
  delegationRequestId: z.string(),
  /** The account that asked. */
  requestorAccountId: z.string(),
  /** The ARN of the caller who asked. */
  requestorArn: z.string(),
  /** The requestor's own id of the request, unique among its requests. */
  requestorWorkflowId: z.string(),
  /** Absent until an account is known. */
  ownerAccountId: z.string().optional(),
  /** The caller who claimed the request: the ARN at that time, and `aws:userid`, which no one else ever has. */
  owner: z.object({ arn: z.string(), userId: z.string() }).optional(),
  description: z.string(),
  requestMessage: z.string().optional(),
  templateArn: z.string(),
  parameters: z.array(z.object({ name: z.string(), values: z.array(z.string()), isList: z.boolean() })),
  /** What it grants, JSON: the template with the parameters filled in when the request was made. */
  permissionPolicy: z.string(),
  /** In seconds. */
  sessionDuration: z.number(),
  redirectUrl: z.string().optional(),
  notificationChannel: z.string(),
  onlySendByOwner: z.boolean(),
  /** A request counts as `EXPIRED` from `expiresAt` on. */
  state: z.enum(['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED', 'REJECTED']),
  createdAt: z.number(),
  updatedAt: z.number(),
  expiresAt: z.number(),
  /** What the owner wrote to the administrator. */
  notes: z.string().optional(),
  rejectionReason: z.string().optional(),
  /** Who approved, when, and the claims of the session that the credentials are made of. */
  approval: z.object({ arn: z.string(), at: z.number(), claims: z.record(z.string(), z.unknown()) }).optional(),
  /** When the access ends; from when the token was sent. Earlier if it was revoked. */
  accessEndsAt: z.number().optional(),
  revokedAt: z.number().optional(),
});
export type DelegationRequest = z.infer<typeof delegationRequestShape>;

export const delegationRequests: CollectionDeclaration<DelegationRequest> = {
  name: 'delegationRequests',
  shape: delegationRequestShape,
  key: ['delegationRequestId'],
  unique: { byWorkflow: ['requestorAccountId', 'requestorWorkflowId'] },
  indexes: {
    byRequestor: ['requestorAccountId', 'createdAt'],
    byOwner: ['ownerAccountId', 'createdAt'],
  },
};
