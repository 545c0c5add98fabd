import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { SessionApp } from './session-apps.ts';

/** A sign-out at the applications of a session, one after the other. The session here has ended before it began. */
export interface LogoutChain {
  /** Those that have not been told yet. */
  readonly remaining: readonly SessionApp[];
  /** The one that the browser is at, and the request that it has to answer. */
  readonly current: (Pick<SessionApp, 'accountId' | 'entityId'> & { readonly requestId: string }) | undefined;
  /** Display names of those that could not be told, or did not confirm. */
  readonly failed: readonly string[];
  readonly end: LogoutEnd;
}

/** What happens when all have been told. */
export type LogoutEnd =
  /** The application that asked is answered. */
  | { readonly requester: LogoutRequester }
  /** The browser goes on. */
  | { readonly next: Destination };

export interface LogoutRequester {
  readonly accountId: string;
  readonly applicationId: string;
  readonly requestId: string;
  readonly relayState: string | undefined;
}

/** The chains that wait for a browser to come back from an application. */
export interface LogoutChains {
  /** @returns the state that the browser brings back. */
  keep(chain: LogoutChain): Promise<string>;
  /** Takes a chain. Of several callers, one gets it. */
  take(state: string): Promise<LogoutChain | undefined>;
}

/** In bytes: in base64, within the 80 bytes that a RelayState may have at service providers that are strict. */
const STATE_BYTES = 32;

/** What is kept is sealed: it says what applications call a person. */
export function openLogoutChains({
  ephemeral,
  sealer,
  random,
}: {
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly sealer: Sealer;
  readonly random: Random;
}): LogoutChains {
  const { samlLogout } = EPHEMERAL_KEYS;
  const keyOf = (state: string): string => samlLogout.of(hashedId(state));
  const boundTo = (state: string): string => `saml logout ${hashedId(state)}`;
  return {
    async keep(chain) {
      const state = random.bytes(STATE_BYTES).toString('base64url');
      const sealed = sealer.seal(Buffer.from(JSON.stringify(chain)), boundTo(state));
      await ephemeral.set(keyOf(state), sealed, samlLogout.lifetime);
      return state;
    },
    async take(state) {
      const sealed = await ephemeral.take(keyOf(state));
      if (sealed === undefined) return undefined;
      return JSON.parse(sealer.open(sealed, boundTo(state)).toString('utf8')) as LogoutChain;
    },
  };
}
