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
  /** Whether there are others, of sessions that the browser did not prove to hold. It is not told which. */
  readonly hasUntold: boolean;
  readonly end: LogoutEnd;
}

/** What happens when all have been told. */
export type LogoutEnd =
  /** The application that asked is answered. */
  | { readonly requester: LogoutRequester }
  /** The browser goes on. If nothing else is left to be signed out, it may stop at a page that says where the person is still signed in. */
  | { readonly next: Destination; readonly isLast?: boolean };

export interface LogoutRequester {
  readonly accountId: string;
  readonly applicationId: string;
  readonly requestId: string;
  readonly relayState: string | undefined;
}

/** The applications of a session that has ended. */
export interface EndedApps {
  /** Names the browser that held it; `undefined` if it was over already. */
  readonly holder: string | undefined;
  readonly apps: readonly SessionApp[];
}

/** What waits until the browser comes back by GET, with its cookies. */
export type LogoutStep =
  /** An application has asked. */
  | { readonly kind: 'asked'; readonly ended: readonly EndedApps[]; readonly requester: LogoutRequester }
  /** An application has answered. */
  | { readonly kind: 'answered'; readonly state: string; readonly isConfirmed: boolean }
  /** The person has signed out here. */
  | {
      readonly kind: 'own';
      readonly apps: readonly SessionApp[];
      readonly next: Destination;
      readonly isLast?: boolean;
    };

/** The chains that wait for a browser to come back from an application. */
export interface LogoutChains {
  /** @param browser the hash of the browser's secret. @returns the state that the browser brings back. */
  keep(chain: LogoutChain, browser: string): Promise<string>;
  /** Reads a chain, whichever browser it belongs to: nothing of it may be shown. */
  peek(state: string): Promise<LogoutChain | undefined>;
  /** Takes the chain of a browser. Of several callers, one gets it; one with another browser does not end it. */
  take(state: string, browser: string): Promise<LogoutChain | undefined>;
  /** @returns the id by which the browser comes back. */
  keepStep(accountId: string, step: LogoutStep): Promise<string>;
  takeStep(accountId: string, id: string): Promise<LogoutStep | undefined>;
}

interface KeptChain {
  readonly chain: LogoutChain;
  readonly browser: string;
}

/** In bytes: in base64, within the 80 bytes that a RelayState may have at service providers that are strict. */
const STATE_BYTES = 32;

/** What is kept is sealed: it says what applications call a person. */
export function openLogoutChains({
  ephemeral,
  sealer,
  random,
}: {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'take'>;
  readonly sealer: Sealer;
  readonly random: Random;
}): LogoutChains {
  const { samlLogout } = EPHEMERAL_KEYS;
  const chainKey = (state: string): string => samlLogout.of(hashedId(state));
  const stepKey = (id: string): string => samlLogout.of(hashedId(`step ${id}`));
  const seal = (value: unknown, boundTo: string): string => sealer.seal(Buffer.from(JSON.stringify(value)), boundTo);
  const open = (sealed: string, boundTo: string): unknown =>
    JSON.parse(sealer.open(sealed, boundTo).toString('utf8')) as unknown;
  const boundToState = (state: string): string => `saml logout ${hashedId(state)}`;
  const boundToStep = (id: string): string => `saml logout step ${hashedId(id)}`;
  const newId = (): string => random.bytes(STATE_BYTES).toString('base64url');
  const chainIn = (sealed: string | undefined, state: string): KeptChain | undefined =>
    sealed === undefined ? undefined : (open(sealed, boundToState(state)) as KeptChain);
  return {
    async keep(chain, browser) {
      const state = newId();
      const kept: KeptChain = { chain, browser };
      await ephemeral.set(chainKey(state), seal(kept, boundToState(state)), samlLogout.lifetime);
      return state;
    },
    async peek(state) {
      return chainIn(await ephemeral.get(chainKey(state)), state)?.chain;
    },
    async take(state, browser) {
      const key = chainKey(state);
      if (chainIn(await ephemeral.get(key), state)?.browser !== browser) return undefined;
      return chainIn(await ephemeral.take(key), state)?.chain;
    },
    async keepStep(accountId, step) {
      const id = newId();
      const kept = { accountId, step };
      await ephemeral.set(stepKey(id), seal(kept, boundToStep(id)), samlLogout.lifetime);
      return id;
    },
    async takeStep(accountId, id) {
      const sealed = await ephemeral.take(stepKey(id));
      if (sealed === undefined) return undefined;
      const kept = open(sealed, boundToStep(id)) as { readonly accountId: string; readonly step: LogoutStep };
      return kept.accountId === accountId ? kept.step : undefined;
    },
  };
}
