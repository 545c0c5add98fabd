import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';

/** Ms; for as long a browser that comes back late is told which app to go back to. */
const LIFETIME = 10 * 60_000;

const keyOf = (uid: string): string => `oidc/ended-interaction/${hashedId(uid)}`;

/** Remembers of an interaction that has ended which app it was for. Whoever asks must have the interaction's signed cookie. */
export interface EndedInteractions {
  note(uid: string, clientId: string): Promise<void>;
  clientOf(uid: string): Promise<string | undefined>;
}

export function openEndedInteractions(ephemeral: Ephemeral): EndedInteractions {
  return {
    note: (uid, clientId) => ephemeral.set(keyOf(uid), clientId, LIFETIME),
    clientOf: (uid) => ephemeral.get(keyOf(uid)),
  };
}
