import * as z from 'zod';
import { MAIL_LANGUAGES } from '../../ports/mailer.ts';

/** The languages that an invitation can be mailed in. */
export const INVITATION_LANGUAGES = MAIL_LANGUAGES;

/**
 * An invitation that a user has not accepted yet. It is part of the user's document, so that accepting it, and with that its end, is one
 * write together with the new password. Times are milliseconds since the epoch.
 */
export const invitationShape = z.object({
  /** The hash of the link's token. The token itself is not stored. */
  tokenHash: z.string(),
  /** The folded address that the person is invited by. */
  email: z.string(),
  /** Whether the link is only in a mail to that address, so that opening it proves the address. */
  isMailed: z.boolean(),
  createdAt: z.number(),
  expiresAt: z.number(),
  /** How often a link was made. */
  timesSent: z.number(),
  /** Of the mail. Default: English. */
  language: z.enum(INVITATION_LANGUAGES).optional(),
});
export type Invitation = z.infer<typeof invitationShape>;
