import { setTimeout } from 'node:timers/promises';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { loginId } from '../../identity/links/login-id.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { OpenConnector } from '../connectors/open-connector.ts';
import type { RefreshConnector } from '../connectors/redirect-connector.ts';
import type { FoundRefreshToken, KeptRefreshTokens } from './kept-refresh-tokens.ts';
import { type Recheck, type RecheckDependencies, recheckLogin } from './recheck-login.ts';

const { upstreamRecheck: LEASE } = EPHEMERAL_KEYS;
/** Stands in the lease after a provider could not be asked, so that it is not asked again at once. */
const UNANSWERED = 'unanswered';
/** How long it is not. */
const PAUSE_MS = 60_000;
const POLL_MS = 100;

/** Puts the result of a recheck on record. */
export type RecordRecheck = (connector: Connector, recheck: Recheck) => Promise<void>;

/** Asks providers again whether logins stand, when something continues them. */
export interface LoginRechecks {
  /**
   * Asks the provider of a login, if its last word is older than the connector allows. At most one request for a link is on its way, over all
   * processes; others wait for it.
   * @returns what came of it: look the person up again. `undefined` if nothing was due, or there is no way to ask.
   */
  recheck(
    person: Pick<Person, 'links'>,
    origin: LoginOrigin | undefined,
    record: RecordRecheck,
  ): Promise<Recheck | undefined>;
}

export interface LoginRechecksDependencies extends RecheckDependencies {
  readonly connectors: Pick<Connectors, 'known'>;
  readonly open: OpenConnector;
  readonly tokens: KeptRefreshTokens;
  /** Not that of a request, which reads each entry once. */
  readonly ephemeral: Ephemeral;
  readonly random: Random;
}

interface Asked {
  readonly origin: LoginOrigin;
  /** The person, as the provider knows them. */
  readonly subject: string;
  readonly connector: Connector;
  readonly refresh: RefreshConnector;
  readonly record: RecordRecheck;
}

export function openLoginRechecks(deps: LoginRechecksDependencies): LoginRechecks {
  const flights = new Map<string, Promise<Recheck | undefined>>();
  return {
    async recheck({ links }, origin, record) {
      if (origin === undefined) return undefined;
      const link = links.find(({ id }) => id === origin.link);
      const connector = link && (await connectorOf(deps, link));
      if (link === undefined || connector === undefined) return undefined;
      const { refresh } = deps.open(connector);
      if (refresh === undefined) return undefined;
      // The sign-in was the provider's word: nothing is looked up for a young one.
      if (deps.clock.now() - origin.at < refresh.recheckAfterMs) return undefined;
      const id = loginId(origin);
      const known = flights.get(id);
      if (known !== undefined) return await known;
      const { subject } = link;
      const asked = { origin, subject, connector, refresh, record };
      const flight = recheckDue(deps, asked).finally(() => flights.delete(id));
      flights.set(id, flight);
      return await flight;
    },
  };
}

/** The connector of a link; not one that merely has the same name by now. */
async function connectorOf(
  { connectors }: Pick<LoginRechecksDependencies, 'connectors'>,
  { id, connector: name, subject }: Person['links'][number],
): Promise<Connector | undefined> {
  return (await connectors.known()).find((each) => each.name === name && linkId(each.connectorId, subject) === id);
}

async function recheckDue(deps: LoginRechecksDependencies, asked: Asked): Promise<Recheck | undefined> {
  const key = LEASE.of(asked.origin.link);
  const owner = deps.random.bytes(16).toString('hex');
  let hasWaited = false;
  for (let waitedMs = 0; waitedMs < LEASE.lifetime; waitedMs += POLL_MS) {
    if ((await dueToken(deps, asked)) === undefined) return hasWaited ? { outcome: 'ok' } : undefined;
    if (await deps.ephemeral.setIfAbsent(key, owner, LEASE.lifetime)) return await recheckWithLease(deps, asked, owner);
    if ((await deps.ephemeral.get(key)) === UNANSWERED) return undefined;
    hasWaited = true;
    await setTimeout(POLL_MS);
  }
  // Whoever asks takes longer than any deadline: as if the provider could not be asked.
  return undefined;
}

/** The token of a login, if the provider is to be asked. */
async function dueToken(
  { tokens, clock }: LoginRechecksDependencies,
  { origin, subject, connector, refresh }: Asked,
): Promise<FoundRefreshToken | undefined> {
  const found = (await tokens.find(origin)) ?? assumedToken(tokens, { origin, subject, connector, refresh });
  if (found === undefined) return undefined;
  const { connectorId, client } = found.kept;
  if (connectorId !== connector.connectorId || client !== refresh.client) return undefined;
  return clock.now() - found.kept.checkedAt < refresh.recheckAfterMs ? undefined : found;
}

/** The token of a login that left none behind, because its provider is asked by subject. */
function assumedToken(
  tokens: Pick<KeptRefreshTokens, 'assumed'>,
  { origin, subject, connector: { connectorId }, refresh: { client, tokenOf } }: Omit<Asked, 'record'>,
): FoundRefreshToken | undefined {
  if (tokenOf === undefined) return undefined;
  return tokens.assumed(origin, { connectorId, client, token: tokenOf(subject), checkedAt: origin.at });
}

async function recheckWithLease(
  deps: LoginRechecksDependencies,
  asked: Asked,
  owner: string,
): Promise<Recheck | undefined> {
  const { ephemeral } = deps;
  const key = LEASE.of(asked.origin.link);
  let isAnswered = true;
  try {
    // Another process may have asked between the look and the lease.
    const found = await dueToken(deps, asked);
    if (found === undefined) return { outcome: 'ok' };
    const recheck = await recheckLogin(deps, { ...asked, found });
    isAnswered = recheck.outcome !== 'unanswered';
    await asked.record(asked.connector, recheck);
    return recheck;
  } finally {
    if (!isAnswered) await ephemeral.compareAndSet(key, owner, UNANSWERED, PAUSE_MS);
    else if ((await ephemeral.get(key)) === owner) await ephemeral.delete([key]);
  }
}
