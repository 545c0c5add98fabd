import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** One set per model: that of the access tokens expires with the last of them, long before the grant. */
export const grantKey = (model: string, grantId: string): string => EPHEMERAL_KEYS.recordsOfGrant.of(model, grantId);
/** Maps a session's uid to its hashed id. */
export const uidKey = (uid: string): string => EPHEMERAL_KEYS.sessionOfUid.of(uid);
/** The index set of a person's grants or sessions. */
export const personKey = (model: 'Grant' | 'Session', subject: string): string =>
  EPHEMERAL_KEYS.recordsOfPerson.of(model, subject);
