import { LONGEST_PROOF_AGE } from '../../identity/connectors/proof-ages.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import { loginId } from '../../identity/links/login-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** A session at an outside provider, which ends there when the person signs out here. */
export interface StoredProviderSession {
  readonly connectorId: string;
  /** What the connector keeps of it. */
  readonly kept: string;
}

/** The sessions at providers that logins here came from. */
export interface ProviderSessions {
  keep(origin: LoginOrigin, session: StoredProviderSession): Promise<void>;
  take(origin: LoginOrigin): Promise<StoredProviderSession | undefined>;
}

const boundTo = (id: string): string => `provider session ${id}`;

export function openProviderSessions({
  ephemeral,
  sealer,
  sessionMs,
}: {
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly sealer: Sealer;
  /** The longest that a session here can last. */
  readonly sessionMs: number;
}): ProviderSessions {
  const { providerSession } = EPHEMERAL_KEYS;
  // What is forgotten before the session here ends could not be signed out. No outside login is continued for longer than the upper limit.
  const lifetime = Math.min(Math.max(providerSession.lifetime, sessionMs), LONGEST_PROOF_AGE * 1000);
  return {
    async keep(origin, session) {
      const id = loginId(origin);
      const sealed = sealer.seal(Buffer.from(JSON.stringify(session)), boundTo(id));
      await ephemeral.set(providerSession.of(id), sealed, lifetime);
    },
    async take(origin) {
      const id = loginId(origin);
      const sealed = await ephemeral.take(providerSession.of(id));
      return sealed === undefined ? undefined : JSON.parse(sealer.open(sealed, boundTo(id)).toString('utf8'));
    },
  };
}
