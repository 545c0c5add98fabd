import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { ArrivedMessage, FrontChannelLogout } from '../../federation/connectors/logout-connector.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { User } from '../../identity/documents/user.ts';
import type { UpstreamLogins } from '../../identity/links/upstream-logins.ts';
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
  | { readonly next: string | undefined };

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
}

interface ConnectorSignOutDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly providerSessions: ProviderSessions;
  readonly upstreamLogins: Pick<UpstreamLogins, 'end'>;
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly random: Random;
  readonly clock: Clock;
}

const keyOf = (state: string): string => EPHEMERAL_KEYS.providerSignOut.of(hashedId(state));

export function openConnectorSignOut(deps: ConnectorSignOutDependencies): ConnectorSignOut {
  const { connectors, open, providerSessions, upstreamLogins, ephemeral, random, clock } = deps;

  async function find(is: (connector: Connector) => boolean): Promise<Found | undefined> {
    const connector = (await connectors.enabled()).find(is);
    const logout = connector && open(connector).frontChannelLogout;
    return connector === undefined || logout === undefined ? undefined : { connector, logout };
  }

  return {
    async begin(origin, next) {
      const session = await providerSessions.take(origin);
      const found = session && (await find(({ connectorId }) => connectorId === session.connectorId));
      if (session === undefined || found === undefined) return undefined;
      const state = random.bytes(32).toString('base64url');
      const destination = await found.logout.begin(session, { state, now: clock.now() });
      if (destination !== undefined) await ephemeral.set(keyOf(state), next, EPHEMERAL_KEYS.providerSignOut.lifetime);
      return destination;
    },
    async receive(name, message) {
      const found = await find((connector) => connector.name === name);
      if (found === undefined) throw new LoginRefused('connector', 'no such connector takes sign-out messages');
      const received = await found.logout.receive(message, clock.now());
      if (received.kind === 'response') {
        return { next: received.state === undefined ? undefined : await ephemeral.take(keyOf(received.state)) };
      }
      const { connectorId } = found.connector;
      const { subject, sessionIds, answer } = received;
      return { ended: await upstreamLogins.end({ connectorId, subject, sessionIds }), answer };
    },
  };
}

interface Found {
  readonly connector: Connector;
  readonly logout: FrontChannelLogout;
}
