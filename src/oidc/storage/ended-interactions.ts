import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

const keyOf = (uid: string): string => EPHEMERAL_KEYS.endedInteraction.of(hashedId(uid));

/** Remembers the app of each ended interaction. Callers must have checked the interaction's signed cookie. */
export interface EndedInteractions {
  remember(uid: string, clientId: string): Promise<void>;
  clientOf(uid: string): Promise<string | undefined>;
}

export function openEndedInteractions(ephemeral: Ephemeral): EndedInteractions {
  return {
    remember: (uid, clientId) => ephemeral.set(keyOf(uid), clientId, EPHEMERAL_KEYS.endedInteraction.lifetime),
    clientOf: (uid) => ephemeral.get(keyOf(uid)),
  };
}
