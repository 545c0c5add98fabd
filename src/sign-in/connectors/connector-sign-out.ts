import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { ArrivedMessage } from '../../federation/connectors/logout-connector.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { User } from '../../identity/documents/user.ts';
import type { UpstreamLogins } from '../../identity/links/upstream-logins.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { ProviderSessions } from './provider-sessions.ts';

/** What a sign-out message of a provider led to. */
export type SignOutOutcome =
  /** The provider signed a person out: whose logins ended here, and where the browser takes our answer. */
  | { readonly ended: readonly User[]; readonly answer: Destination | undefined }
  /** The provider answered us: where the browser continues, if that is still known. */
  | { readonly next: Destination | undefined };

/** Signing out here and at outside providers through the person's browser. */
export interface ConnectorSignOut {
  /**
   * Begins a sign-out at the provider of a login that has ended here already.
   * @param next where the browser continues afterwards.
   * @returns `undefined` if the provider is not told. @throws {LoginRefused} if it should be but cannot.
   */
  begin(origin: LoginOrigin, next: string): Promise<Destination | undefined>;
  /** @throws {LoginRefused} naming the check that the message failed. */
  receive(connector: string, message: ArrivedMessage): Promise<SignOutOutcome>;
  /** Keeps an answer until the browser comes back by GET. @returns the state that it brings back. */
  keepAnswer(answer: Destination): Promise<string>;
  /** Where the browser continues that comes back with this state, once; `undefined` if that is not known (any more). */
  returned(state: string | undefined): Promise<Destination | undefined>;
}

interface ConnectorSignOutDependencies {
  readonly connectors: Connectors;
  readonly store: Pick<IdentityStore, 'connectors'>;
  readonly open: OpenConnector;
  readonly providerSessions: ProviderSessions;
  readonly upstreamLogins: Pick<UpstreamLogins, 'end'>;
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly random: Random;
  readonly clock: Clock;
}

const keyOf = (state: string): string => EPHEMERAL_KEYS.providerSignOut.of(hashedId(state));

export function openConnectorSignOut(deps: ConnectorSignOutDependencies): ConnectorSignOut {
  const { connectors, store, open, providerSessions, upstreamLogins, ephemeral, random, clock } = deps;
  const { lifetime } = EPHEMERAL_KEYS.providerSignOut;
  const newState = (): string => random.bytes(32).toString('base64url');
  const nextOf = async (state: string | undefined): Promise<Destination | undefined> => {
    const kept = state === undefined ? undefined : await ephemeral.take(keyOf(state));
    // A form is kept as JSON. No address begins like that.
    return kept?.startsWith('{') ? (JSON.parse(kept) as Destination) : kept ? { url: kept } : undefined;
  };

  return {
    async begin(origin, next) {
      const session = await providerSessions.take(origin);
      const connector =
        session && (await connectors.enabled()).find(({ connectorId }) => connectorId === session.connectorId);
      const signOut = connector && open(connector).providerSignOut;
      if (session === undefined || signOut === undefined) return undefined;
      const state = newState();
      const destination = await signOut.begin(session, { state, now: clock.now() });
      if (destination !== undefined) await ephemeral.set(keyOf(state), next, lifetime);
      return destination;
    },
    async receive(name, message) {
      // Also of a disabled connector: its people are still signed in.
      const [connector] = (await store.connectors.find('byName', [name], { limit: 1 })).items;
      const logout = connector && open(connector).frontChannelLogout;
      if (connector === undefined || logout === undefined) {
        throw new LoginRefused('connector', 'no such connector takes sign-out messages');
      }
      const received = await logout.receive(message, clock.now());
      if (received.kind === 'response') return { next: await nextOf(received.state) };
      const { subject, sessionIds, answer } = received;
      const ended = await upstreamLogins.end({ connectorId: connector.connectorId, subject, sessionIds });
      return { ended, answer };
    },
    async keepAnswer(answer) {
      const state = newState();
      await ephemeral.set(keyOf(state), JSON.stringify(answer), lifetime);
      return state;
    },
    returned: nextOf,
  };
}
