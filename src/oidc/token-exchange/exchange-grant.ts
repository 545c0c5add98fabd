import type Provider from 'oidc-provider';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { EXCHANGE_GRANT } from '../../identity/applications/oidc/exchange-settings.ts';
import type { FindPerson, FoundAccount } from '../account-claims.ts';
import { accountOfClient } from '../client-access.ts';
import { holdsCertificateOf } from '../features/certificates/mutual-tls.ts';
import { noteExchange } from '../library/exchange/exchange-audit.ts';
import type { ActClaim, PersonOrigin, TokenOrigin } from '../library/exchange/exchanged-tokens.ts';
import type { GrantHelpers } from '../library/exchange/grant-steps.ts';
import { requireMayAct, withActor } from './act-chain.ts';
import { permitExchange, requireProof } from './exchange-rule.ts';
import { exchangeScopes, exchangeTarget } from './exchange-target.ts';
import { issueExchanged, type NewToken } from './issue-token.ts';
import type { PresentedTokens } from './open-presented.ts';
import type { PresentedToken } from './presented-token.ts';
import { type PrincipalExchange, permitted, provePrincipal } from './principal-exchange.ts';
import {
  EXCHANGE_PARAMETERS,
  type ExchangeRequest,
  type GivenToken,
  REPEATED_PARAMETERS,
  readExchangeRequest,
} from './read-request.ts';
import type { Refusals } from './refusals.ts';
import { giveRoleCredentials, type RoleCredentialsExchange } from './role-credentials.ts';
import { claimsOfPrincipal, type Pairwise, subjectOf } from './subject-of.ts';
import { TOKEN_TYPES } from './token-types.ts';

export interface ExchangeGrantDependencies {
  readonly helpers: GrantHelpers;
  readonly refuse: Refusals;
  readonly tokens: PresentedTokens;
  readonly principals: PrincipalExchange;
  readonly roles: RoleCredentialsExchange;
  readonly findAccount: FindPerson;
  /** Whether an outside login still holds after its provider was asked again, if that was due. */
  readonly isConfirmed: (ctx: KoaContextWithOIDC, account: FoundAccount, origin: PersonOrigin) => Promise<boolean>;
  readonly pairwise: Pairwise;
  /** Called with `ok`, or the error, for each request. */
  readonly observe: (outcome: string) => void;
}

/** The proofs of keys that came with the request. */
interface Proofs {
  readonly dPoP: Awaited<ReturnType<GrantHelpers['validateDpop']>>;
  readonly certificate: unknown;
}

/** Registers token exchange (RFC 8693) at the token endpoint. */
export function registerTokenExchange(provider: Provider, deps: ExchangeGrantDependencies): void {
  const handle = async (ctx: KoaContextWithOIDC): Promise<void> => {
    try {
      deps.observe(await exchange(deps, ctx));
    } catch (error) {
      deps.observe(error instanceof Error && 'expose' in error ? error.message : 'server_error');
      throw error;
    }
  };
  provider.registerGrantType(EXCHANGE_GRANT, handle as never, [...EXCHANGE_PARAMETERS], [...REPEATED_PARAMETERS]);
}

/** All steps of an exchange, in order. Nothing is used up before everything else was checked. */
async function exchange(deps: ExchangeGrantDependencies, ctx: KoaContextWithOIDC): Promise<string> {
  const { refuse, helpers } = deps;
  requireConfidential(ctx, refuse);
  const request = readExchangeRequest(ctx.oidc.params ?? {}, refuse);
  const { provider } = ctx.oidc;
  const dPoP = await helpers.validateDpop(provider, ctx as never);
  const proofs: Proofs = { dPoP, certificate: helpers.checkMtlsCert(provider, ctx as never) };
  helpers.checkDpopRequired(provider, ctx as never, dPoP);
  if (request.subject.type === 'caller_identity') {
    await forPrincipal(deps, ctx, { request, proofs });
    return 'ok';
  }
  return await forToken(deps, ctx, { request, proofs, given: request.subject });
}

/** A public client proves nothing, so anyone with a token of it could have it exchanged. */
function requireConfidential({ oidc: { client } }: KoaContextWithOIDC, refuse: Refusals): void {
  const method = client?.tokenEndpointAuthMethod ?? client?.['clientAuthMethod'];
  if (method === undefined || method === 'none') throw refuse.client('public clients may not exchange tokens');
}

interface Asked {
  readonly request: ExchangeRequest;
  readonly proofs: Proofs;
}

async function forPrincipal(
  deps: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { request, proofs }: Asked,
): Promise<void> {
  const { refuse, principals } = deps;
  if (request.requested === 'role_credentials') {
    throw refuse.request('an IAM principal gets role credentials by AssumeRole, not here');
  }
  const target = await exchangeTarget(ctx, request, refuse);
  const { origin, scopes, expiresAt, use } = await provePrincipal(principals, ctx, { request, target });
  note(ctx, origin, { target: target.audience, principal: origin.caller.arn });
  await requireUnused(deps, ctx, proofs);
  await use();
  await answer(deps, ctx, { request, proofs, token: { target, scopes, expiresAt, origin, act: undefined } });
}

async function forToken(
  deps: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { request, proofs, given }: Asked & { readonly given: GivenToken },
): Promise<string> {
  const { refuse } = deps;
  const { clientId } = ctx.oidc.client as Client;
  const subject = await opened(deps, ctx, { name: 'subject_token', given, proofs });
  const { mayAct, act: before, expiresAt, scopes: held } = subject;
  const { isOwn, isDelegated, isByPair } = await permitExchange(ctx, subject, { name: 'subject_token', refuse });
  const origin = isByPair ? permittedFor(subject.origin, clientId) : subject.origin;
  const by = (await actorOf(deps, ctx, { request, proofs })) ?? (isDelegated ? clientId : undefined);
  // A client that appears as the subject does more than act for it.
  if (by !== undefined || !isOwn)
    requireMayAct(mayAct, { sub: by ?? clientId, clientId, issuer: ctx.oidc.issuer }, refuse);
  const act = withActor(by, before, refuse);
  const account = await accountOf(deps, ctx, origin);
  const facts = { subjectClient: subject.clientId, ...(act !== undefined && { actor: act.sub }) };
  if (request.requested === 'role_credentials') {
    note(ctx, origin, { ...facts, target: request.resources.join(' ') });
    return await forRole(deps, ctx, { request, proofs, origin, account, act });
  }
  const target = await exchangeTarget(ctx, request, refuse);
  note(ctx, origin, { ...facts, target: target.audience });
  const scopes = exchangeScopes({ asked: request.scopes, held, target }, refuse);
  const newOrigin =
    origin.kind === 'principal' ? await permitted(deps.principals, ctx, { origin, target, scopes }) : origin;
  await requireUnused(deps, ctx, proofs);
  await answer(deps, ctx, { request, proofs, token: { target, scopes, expiresAt, origin: newOrigin, act } });
  return 'ok';
}

async function forRole(
  deps: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  asked: Asked & {
    readonly origin: TokenOrigin;
    readonly account: FoundAccount | undefined;
    readonly act: ActClaim | undefined;
  },
): Promise<string> {
  const { request, proofs, origin, account, act } = asked;
  const { refuse } = deps;
  if (account === undefined || origin.kind !== 'person') {
    throw refuse.request('role credentials need the token of a person');
  }
  // They outlive the token by far.
  if (!(await deps.isConfirmed(ctx, account, origin)))
    throw refuse.request('the sign-in behind subject_token has ended');
  await requireUnused(deps, ctx, proofs);
  const subject = { account, login: origin.login, act };
  const isGiven = await giveRoleCredentials(deps.roles, ctx, { request, subject });
  return isGiven ? 'ok' : 'insufficient_user_authentication';
}

/** What a token came from, with the client that may exchange it because it is named for that. */
function permittedFor<Origin extends TokenOrigin>(origin: Origin, clientId: string): Origin {
  const { issued } = origin;
  const last = issued.at(-1);
  return last === undefined
    ? origin
    : { ...origin, issued: [...issued.slice(0, -1), { ...last, permittedFor: clientId }] };
}

/** A token that was shown, with the proof of its key. */
async function opened(
  { tokens, refuse }: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { name, given, proofs }: { readonly name: string; readonly given: GivenToken; readonly proofs: Proofs },
): Promise<PresentedToken> {
  const token = await tokens.open(ctx, name, given);
  const proven = {
    thumbprint: proofs.dPoP?.thumbprint,
    holdsCertificateOf: (thumbprint: string) => holdsCertificateOf(ctx.req, thumbprint),
  };
  requireProof(token, proven, { name, refuse });
  return token;
}

/** The subject of the actor token, if there is one. A chain has no branches, so it must not have come by delegation itself. */
async function actorOf(
  deps: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { request, proofs }: Asked,
): Promise<string | undefined> {
  if (request.actor === undefined) return undefined;
  const { refuse, pairwise } = deps;
  const actor = await opened(deps, ctx, { name: 'actor_token', given: request.actor, proofs });
  await permitExchange(ctx, actor, { name: 'actor_token', refuse });
  if (actor.act !== undefined) throw refuse.request('actor_token is of a party for which another one acts already');
  return await subjectOf(ctx, actor.origin, pairwise);
}

/** The person, by the same gate as for all other grants: they may use the requesting client, and the login holds. */
async function accountOf(
  { findAccount, refuse }: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  origin: TokenOrigin,
): Promise<FoundAccount | undefined> {
  if (origin.kind !== 'person') return undefined;
  const { login } = origin;
  const now = Math.floor(Date.now() / 1000);
  const continued = {
    iat: now,
    authTime: login.time ?? origin.issued[0]?.iat,
    amr: login.methods,
    acr: login.acr,
    loginGeneration: login.generation,
    loginOrigin: login.origin,
  };
  const account = await findAccount(ctx, origin.subject, continued as never);
  if (account === undefined) throw refuse.request('the person behind subject_token may not use this client');
  ctx.oidc.entity('Account', account as never);
  ctx.oidc.entity('ExchangedLogin' as never, continued as never);
  return account;
}

/** Uses up the proof of the key (RFC 9449 §11.1). */
async function requireUnused(
  { helpers }: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { dPoP }: Proofs,
): Promise<void> {
  if (dPoP === undefined) return;
  await helpers.checkDpopReplay(ctx.oidc.provider, ctx as never, dPoP, (ctx.oidc.client as Client).clientId);
}

async function answer(
  { pairwise, helpers }: ExchangeGrantDependencies,
  ctx: KoaContextWithOIDC,
  { request, proofs, token: { origin, act, ...token } }: Asked & { readonly token: Found },
): Promise<void> {
  const { provider } = ctx.oidc;
  const sub = origin.kind === 'person' ? undefined : await subjectOf(ctx, origin, pairwise);
  const claims = claimsOfPrincipal(origin);
  const isSigned = request.requested === 'jwt';
  const issued = await issueExchanged(ctx, {
    ...token,
    isSigned,
    facts: { origin, ...(act && { act }), ...(sub !== undefined && { sub }), ...(claims && { claims }) },
    thumbprint: proofs.dPoP?.thumbprint,
    certificate: proofs.certificate,
  });
  ctx.body = helpers.buildTokenResponse(provider, {
    accessToken: issued.value,
    expiresIn: issued.token.expiration,
    issuedTokenType: isSigned ? TOKEN_TYPES.jwt : TOKEN_TYPES.accessToken,
    scope: issued.token.scope || undefined,
    tokenType: issued.token.tokenType,
  });
}

type Found = Pick<NewToken, 'target' | 'scopes' | 'expiresAt'> & {
  readonly origin: TokenOrigin;
  readonly act: ActClaim | undefined;
};

function note(ctx: KoaContextWithOIDC, origin: TokenOrigin, request: Readonly<Record<string, string>>): void {
  const accountId = origin.kind === 'principal' ? origin.caller.accountId : accountOfClient(ctx.oidc.client);
  noteExchange(ctx, { accountId, request });
}
