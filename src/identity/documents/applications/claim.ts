import * as z from 'zod';
import { groupValuesShape } from './group-values.ts';

/** Where a client gets a claim. */
export const CLAIM_TARGETS = ['id_token', 'userinfo', 'access_token'] as const;
export type ClaimTarget = (typeof CLAIM_TARGETS)[number];

/** A claim that only one client gets. */
export const mappedClaimShape = z.object({
  name: z.string(),
  /** Templates (`applications/mapping/templates.ts`). */
  values: z.array(z.string()),
  /** Values for members of groups, which come first. */
  forGroups: z.array(groupValuesShape).optional(),
  /** Whether it is a list of all values. Otherwise it is a text: all values with the separator between them, or the first one. */
  isList: z.boolean(),
  separator: z.string().optional(),
  targets: z.array(z.enum(CLAIM_TARGETS)),
});
export type MappedClaim = z.infer<typeof mappedClaimShape>;
