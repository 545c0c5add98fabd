import * as z from 'zod';
import { PROFILE_ATTRIBUTES } from './users/profile.ts';

/**
 * Ties a user to one subject of one connector: whoever signs in there as this subject is this user. Links are stored in the user, so that
 * a user created at the first sign-in and its link appear in one write, and go together.
 */
export const linkShape = z.object({
  /** See `links/link-id.ts`; unique, so that a subject is never two users. */
  id: z.string(),
  /** The name of the connector. */
  connector: z.string(),
  /** The person's identifier there; never an e-mail address. */
  subject: z.string(),
  /** As the connector's rules took them from the last login. */
  displayName: z.string().optional(),
  /** Attributes of the profile, as its rules took them. Absent if there are none. */
  profile: z.partialRecord(z.enum(PROFILE_ATTRIBUTES), z.string()).optional(),
  email: z.string().optional(),
  /** Whether the connector had the domain of the address at the last login, so that its word on the address counts. */
  isEmailVerified: z.boolean().optional(),
  /** The groups that the connector's rules gave, and may take away again. Groups that were assigned by hand are not among them. */
  groupIds: z.array(z.string()),
  createdAt: z.number(),
  /** Grows each time all logins through this link are ended. Absent: 0. A link added to a user begins with the time, see `links/link-login.ts`. */
  generation: z.number().optional(),
  /** Sessions that the provider has ended, by `upstream-session-id.ts`, and when; their logins here are over. */
  endedSessions: z.array(z.object({ id: z.string(), at: z.number() })).optional(),
});
export type Link = z.infer<typeof linkShape>;
