import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { dismissLinked } from '../../identity/links/dismiss-linked.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { updateLinked } from '../../identity/links/sign-in-linked.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type LoginCheck, LoginRefused } from '../connectors/login-refused.ts';
import type { RefreshConnector } from '../connectors/redirect-connector.ts';
import { DISABLED_THERE, GONE, UNMET } from '../directory-sync/standing.ts';
import { compileLoginCondition } from '../provisioning/login-condition.ts';
import { proposePerson } from '../provisioning/propose-person.ts';
import type { FoundRefreshToken, KeptRefreshTokens } from './kept-refresh-tokens.ts';

/** The provider's word on a login, and what it led to. */
export type Recheck =
  /** The provider vouches for the login; the user is as its rules say by now. */
  | { readonly outcome: 'ok' }
  /** The provider does not vouch for the login any more, or the person does not meet the connector's conditions: its logins have ended. */
  | Failed<'ended'>
  /** The answer could not be verified. Nothing has changed, but the login must not be continued by it. */
  | Failed<'refused'>
  /** The provider could not be asked, which says nothing of the person. The age limit of the login still holds. */
  | Failed<'unanswered'>;

interface Failed<Outcome> {
  readonly outcome: Outcome;
  readonly check: LoginCheck;
  /** For the administrator. */
  readonly detail: string;
}

/** Failures that are the provider's or the network's, or ours as its client. */
const UNANSWERED: ReadonlySet<LoginCheck> = new Set(['unreachable', 'metadata', 'provider-error']);
/** Failures that are the person's. */
const ENDED: ReadonlySet<LoginCheck> = new Set(['refresh', 'gone', 'account-state', 'hosted-domain', 'condition']);
/** Those whose detail an administrator reads with the reason for which a user was disabled. */
const EXPLAINED: ReadonlySet<LoginCheck> = new Set(['account-state', 'condition']);

export interface RecheckDependencies {
  readonly store: IdentityStore;
  readonly tokens: Pick<KeptRefreshTokens, 'forget'>;
  readonly clock: Clock;
}

export interface LoginToRecheck {
  readonly origin: LoginOrigin;
  readonly connector: Connector;
  readonly refresh: RefreshConnector;
  readonly found: FoundRefreshToken;
}

/** Asks the provider about one login, and applies the rules of the connector to its answer. */
export async function recheckLogin(deps: RecheckDependencies, login: LoginToRecheck): Promise<Recheck> {
  try {
    await askAndApply(deps, login);
    return { outcome: 'ok' };
  } catch (error) {
    const { check, detail } = refusalOf(error);
    if (UNANSWERED.has(check)) return { outcome: 'unanswered', check, detail };
    if (!ENDED.has(check)) return { outcome: 'refused', check, detail };
    const { store, clock } = deps;
    const reason = `${login.connector.name}: ${REASONS[check] ?? check}${EXPLAINED.has(check) ? `: ${detail}` : ''}`;
    await dismissLinked(store, login.origin.link, { reason, now: clock.now() });
    await noteAnswered(deps, login);
    return { outcome: 'ended', check, detail };
  }
}

const REASONS: Readonly<Partial<Record<LoginCheck, string>>> = {
  refresh: 'the provider no longer vouches for the person',
  gone: GONE.reason,
  'account-state': DISABLED_THERE,
  'hosted-domain': 'no longer of a hosted domain of the connector',
  condition: UNMET,
};

/** Keeps other requests of an ended login, which wait for the answer, from asking for it again. */
async function noteAnswered(
  { tokens, clock }: RecheckDependencies,
  { origin, refresh, found }: LoginToRecheck,
): Promise<void> {
  if (refresh.tokenOf === undefined) await tokens.forget(origin);
  else await found.replace({ ...found.kept, checkedAt: clock.now() });
}

async function askAndApply(
  { store, clock }: RecheckDependencies,
  { origin, connector, refresh, found }: LoginToRecheck,
): Promise<void> {
  const now = clock.now();
  const { kept } = found;
  const { refreshToken, read } = await refresh.refresh(kept.token, now);
  const isRotated = refreshToken !== kept.token;
  // Before anything else can fail: the provider may have dropped the former one. The time changes once the answer has been applied.
  const current = isRotated ? await found.replace({ ...kept, token: refreshToken }) : found;
  const login = await read();
  if (login !== undefined) await apply(store, connector, { origin, now, ...login });
  await current?.replace({ ...current.kept, checkedAt: now });
}

async function apply(
  store: IdentityStore,
  connector: Connector,
  { origin, now, subject, claims }: { readonly origin: LoginOrigin; readonly now: number } & Awaited<Read>,
): Promise<void> {
  // OpenID Connect Core §12.2: a refresh token is only ever of the same person.
  if (linkId(connector.connectorId, subject) !== origin.link) {
    throw new LoginRefused('subject', 'the provider answered with another person');
  }
  const { condition } = connector.rules;
  const failing = condition && compileLoginCondition(condition).failing({ subject, claims, connector: connector.name });
  if (failing !== undefined) throw new LoginRefused('condition', failing);
  await updateLinked(store, { connector, subject, person: proposePerson(connector.rules, claims, subject), now });
}

type Read = Promise<NonNullable<Awaited<ReturnType<Awaited<ReturnType<RefreshConnector['refresh']>>['read']>>>>;

/** Too many groups are no reason to end a login, but it must not be continued with those of before. */
function refusalOf(error: unknown): LoginRefused {
  if (error instanceof LoginRefused) return error;
  if (error instanceof ServiceError && error.fault === 'Sender') return new LoginRefused('user', error.message, error);
  throw error;
}
