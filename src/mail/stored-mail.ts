import * as z from 'zod';
import type { CollectionDeclaration } from '../ports/collections.ts';

/** A mail that waits to be sent. Times are milliseconds since the epoch. */
const storedMailShape = z.object({
  mailId: z.string(),
  /** The recipient and the message, sealed: mails contain links that give access. */
  sealed: z.string(),
  writtenAt: z.number(),
  /** When it may be sent. A process that sends it moves this on first, so that no other one does. */
  dueAt: z.number(),
  expiresAt: z.number(),
  /** How often it was claimed for sending. */
  attempts: z.number(),
});
export type StoredMail = z.infer<typeof storedMailShape>;

export const outgoingMails: CollectionDeclaration<StoredMail> = {
  name: 'outgoingMails',
  shape: storedMailShape,
  key: ['mailId'],
  unique: {},
  indexes: { byDue: ['dueAt'] },
};
