import { isDeepStrictEqual } from 'node:util';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { ServiceError } from '../../kernel/service-error.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { ProveIdentity } from '../../operations/authentication/caller-identity.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { accountOfClient } from '../client-access.ts';
import type { PrincipalOrigin } from '../library/exchange/exchanged-tokens.ts';
import { type ExchangeTarget, exchangeScopes } from './exchange-target.ts';
import type { ExchangeRequest } from './read-request.ts';
import type { Refusals } from './refusals.ts';
import type { OriginDependencies } from './token-origin.ts';

export interface PrincipalExchange {
  readonly proveIdentity: ProveIdentity;
  readonly ephemeral: Pick<Ephemeral, 'setIfAbsent'>;
  readonly origins: OriginDependencies;
  readonly ipOf: (request: KoaContextWithOIDC['req']) => string;
  readonly refuse: Refusals;
}

/** An IAM principal, proven by a signed `GetCallerIdentity`, and what it may have. */
export interface ProvenPrincipal {
  readonly origin: PrincipalOrigin;
  readonly scopes: readonly string[];
  /** In seconds since the epoch; `Infinity` for a user's access key. */
  readonly expiresAt: number;
  /** Uses up the signature. @throws `invalid_request` if it was used before. */
  use(): Promise<void>;
}

/** The name of the target in policies. */
const arnOf = (accountId: string, { kind, audience }: ExchangeTarget): string =>
  `arn:aws:rolecall::${accountId}:${kind === 'service' ? 'resource' : 'application'}/${audience}`;

/**
 * Proves an IAM principal and what it may have: the permission `rolecall:GetAccessToken` for the application or service, by its policies. A
 * principal of another account needs a permission there too, which nothing gives, and root users never get tokens.
 * @throws `invalid_request`, `invalid_target` or `invalid_scope`
 */
export async function provePrincipal(
  deps: PrincipalExchange,
  ctx: KoaContextWithOIDC,
  { request, target }: { readonly request: ExchangeRequest; readonly target: ExchangeTarget },
): Promise<ProvenPrincipal> {
  const { refuse } = deps;
  if (request.actor !== undefined) throw refuse.request('there is no actor for an IAM principal');
  const { caller, id } = await proven(deps, ctx, request.subject.value);
  if (caller.type === 'Account' || (caller.type === 'FederatedUser' && caller.uniqueId === caller.accountId)) {
    throw refuse.request('subject_token is of a root user, who gets no access tokens');
  }
  const held = target.scopes ?? new Set<string>();
  const scopes = exchangeScopes({ asked: request.scopes, held, target }, refuse);
  const before: PrincipalOrigin = {
    kind: 'principal',
    caller,
    requests: [],
    issued: [],
  };
  return {
    origin: await permitted(deps, ctx, { origin: before, target, scopes }),
    scopes,
    expiresAt: caller.session === undefined ? Infinity : Math.floor(caller.session.expiresAt / 1000),
    async use() {
      const key = EPHEMERAL_KEYS.usedCallerIdentity.of(hashedId(id));
      if (!(await deps.ephemeral.setIfAbsent(key, '1', EPHEMERAL_KEYS.usedCallerIdentity.lifetime))) {
        throw refuse.request('subject_token was used already: sign another request');
      }
    },
  };
}

/** What the new token is for. */
interface Permitting {
  readonly origin: PrincipalOrigin;
  readonly target: ExchangeTarget;
  readonly scopes: readonly string[];
}

/**
 * Checks the permission of an IAM principal for a target and scopes: at first, and again when its token is exchanged for one for another
 * party, which the first permission does not include.
 * @returns the origin of the new token, which ends with any of its permissions.
 * @throws `invalid_target`
 */
export async function permitted(
  { refuse, origins }: Pick<PrincipalExchange, 'refuse' | 'origins'>,
  ctx: KoaContextWithOIDC,
  { origin, target, scopes }: Permitting,
): Promise<PrincipalOrigin> {
  const { clientId } = ctx.oidc.client as Client;
  const accountId = accountOfClient(ctx.oidc.client);
  if (accountId === undefined) throw refuse.target('this client belongs to no account');
  const request = { resource: arnOf(accountId, target), accountId, clientId, scopes };
  if (!(await origins.mayGetAccessToken({ caller: origin.caller, request }, ctx.req))) {
    throw refuse.target('the policies of the principal do not allow rolecall:GetAccessToken for this target and scope');
  }
  const others = origin.requests.filter((each) => !isDeepStrictEqual(each, request));
  return { ...origin, requests: [...others, request] };
}

async function proven(
  { proveIdentity, origins, ipOf, refuse }: PrincipalExchange,
  ctx: KoaContextWithOIDC,
  sent: string,
) {
  try {
    const { clientId: audience } = ctx.oidc.client as Client;
    return await proveIdentity({ sent, audience, ip: ipOf(ctx.req), now: origins.clock.now() });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.fault === 'Receiver')
      throw refuse.unavailable('the server cannot verify the signature now: try again shortly');
    throw refuse.request(
      `subject_token is not accepted (${error.code}): it must be a GetCallerIdentity for this server, signed with the header x-rolecall-audience (the client id), less than a minute ago`,
    );
  }
}
