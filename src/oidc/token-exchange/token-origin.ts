import type Provider from 'oidc-provider';
import type { AccessToken, Client, KoaContextWithOIDC } from 'oidc-provider';
import type { ProofAges } from '../../identity/connectors/proof-ages.ts';
import { isLoginOver, type People, type Person } from '../../identity/credentials/people.ts';
import { type Caller, userStampOf } from '../../identity/sessions/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { loginOf } from '../account-claims.ts';
import { isBoundSessionOver } from '../bound-session.ts';
import { isEndedFor, mayUseClient } from '../client-access.ts';
import {
  type AccessTokenCaller,
  exchangeFactsOf,
  type IssuedTo,
  type PersonOrigin,
  type PrincipalOrigin,
  type TokenOrigin,
} from '../library/exchange/exchanged-tokens.ts';
import { permittedPair } from './exchange-rule.ts';

/** Whether an IAM principal may get an access token, by its policies as they are now. */
export type MayGetAccessToken = (asked: AccessTokenCaller, request: KoaContextWithOIDC['req']) => Promise<boolean>;

export interface OriginDependencies {
  readonly people: Pick<People, 'bySubject'>;
  readonly clock: Clock;
  readonly proofAges: ProofAges;
  readonly currentCaller: (caller: Caller) => Caller | undefined | Promise<Caller | undefined>;
  readonly mayGetAccessToken: MayGetAccessToken;
}

/** The members of access tokens that the library's types do not have (`library/login-stamps.ts`). */
interface StampedAccessToken {
  readonly loginTime?: number;
  readonly loginMethods?: readonly string[];
  readonly loginAcr?: string;
}

/**
 * What an access token of a person came from; `undefined` if it is not one of a person and was not exchanged.
 * @param iat when it is issued, in seconds, if it is not stored yet.
 */
export function originOf(token: AccessToken & StampedAccessToken, iat = token.iat ?? 0): TokenOrigin | undefined {
  const { clientId = '', accountId: subject, grantId, expiresWithSession, sessionUid } = token;
  const here: IssuedTo = { clientId, iat };
  const exchanged = exchangeFactsOf(token)?.origin;
  if (exchanged !== undefined) return { ...exchanged, issued: [...exchanged.issued, here] };
  if (subject === undefined) return undefined;
  const { generation, origin } = loginOf(token);
  const { loginTime: time, loginMethods: methods, loginAcr: acr } = token;
  return {
    kind: 'person',
    subject,
    login: { generation, origin, time, methods, acr },
    grantId,
    ...(expiresWithSession === true && { sessionUid }),
    issued: [here],
  };
}

/**
 * Whether all that a token came from still holds: the clients through which it came, the login with its grant and its session, or the
 * session of the IAM principal and its permission. So an exchanged token ends with what it came from.
 * @param iat when the token itself was issued, in seconds. Only needed if the origin has no issue time, which is that of a first token.
 */
export async function doesOriginHold(
  deps: OriginDependencies,
  origin: TokenOrigin,
  ctx: KoaContextWithOIDC,
  iat = 0,
): Promise<boolean> {
  const clients = await clientsOf(ctx.oidc.provider, origin.issued);
  if (clients === undefined) return false;
  if (origin.kind === 'machine') return true;
  if (origin.kind === 'principal')
    return await doesPrincipalHold(deps, { origin, iat: origin.issued[0]?.iat ?? iat }, ctx);
  const person = await deps.people.bySubject(origin.subject);
  if (person === undefined || !clients.every((client) => mayUseClient(client, person))) return false;
  return await doesLoginHold(deps, { origin, person }, ctx);
}

/** The clients of a chain; `undefined` if one is gone, what was issued to it has ended since, or the next one may no longer exchange it. */
async function clientsOf(provider: Provider, issued: readonly IssuedTo[]): Promise<readonly Client[] | undefined> {
  const clients: Client[] = [];
  for (const { clientId, iat, permittedFor } of issued) {
    const client = await provider.Client.find(clientId);
    if (client === undefined || isEndedFor(client, { iat })) return undefined;
    if (permittedFor !== undefined) {
      const next = await provider.Client.find(permittedFor);
      if (next === undefined || (await permittedPair(provider, next, clientId)) === undefined) return undefined;
    }
    clients.push(client);
  }
  return clients;
}

async function doesPrincipalHold(
  { currentCaller, mayGetAccessToken }: OriginDependencies,
  { origin, iat }: { readonly origin: PrincipalOrigin; readonly iat: number },
  { req }: KoaContextWithOIDC,
): Promise<boolean> {
  const caller = await currentCaller(origin.caller);
  if (caller === undefined || (await currentCaller(asSession(caller, iat * 1000))) === undefined) return false;
  for (const request of origin.requests) if (!(await mayGetAccessToken({ caller, request }, req))) return false;
  return true;
}

/**
 * The holder of an access key as a session of that key, which ends when the user is disabled or the account is closed.
 * @param issuedAt in ms since the epoch.
 */
function asSession(caller: Caller, issuedAt: number): Caller {
  if (caller.session !== undefined) return caller;
  const user = userStampOf(caller);
  const none = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };
  return { ...caller, session: { issuedAt, expiresAt: Infinity, ...none, ...(user !== undefined && { user }) } };
}

async function doesLoginHold(
  { clock }: OriginDependencies,
  { origin, person }: { readonly origin: PersonOrigin; readonly person: Person },
  ctx: KoaContextWithOIDC,
): Promise<boolean> {
  const { login, issued, grantId, sessionUid } = origin;
  const [first] = issued;
  const began = (login.time ?? first?.iat ?? 0) * 1000;
  if (isLoginOver(person, { generation: login.generation, began, origin: login.origin }, clock.now())) return false;
  const { provider } = ctx.oidc;
  if (grantId !== undefined) {
    const grant = await provider.Grant.find(grantId);
    if (grant === undefined || grant.accountId !== origin.subject || grant.clientId !== first?.clientId) return false;
  }
  if (sessionUid === undefined) return true;
  const session = await provider.Session.findByUid(sessionUid);
  if (session === undefined || session.accountId !== origin.subject) return false;
  if (grantId !== session.grantIdFor(first?.clientId ?? '')) return false;
  const token = { expiresWithSession: true, sessionUid };
  return !(await isBoundSessionOver(ctx, { person, token, now: clock.now() }));
}
