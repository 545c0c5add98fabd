import type { AccessToken, Client, ClientCredentials, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { claimsFor } from '../../identity/applications/mapping/mapped-claims.ts';
import { readSubjectFacts } from '../../identity/applications/mapping/subject-facts.ts';
import type { ApplicationAccess } from '../../identity/applications/may-use.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { ClaimTarget, MappedClaim } from '../../identity/documents/applications/claim.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { exchangeClaimsOf } from '../library/exchange/exchanged-tokens.ts';
import { authenticationOf } from '../library/login-stamps.ts';
import { MAPPED_CLAIMS } from '../library/mapped-claims.ts';

type Found = { readonly person?: Person } | undefined;

/** Where claims go, and which scopes were granted, with spaces. */
export interface ClaimsUse {
  readonly target: ClaimTarget;
  readonly scope: string | undefined;
}

/** The claims that a client has of its own; `undefined` if it has none there. */
async function mappedClaimsOf(
  store: Pick<IdentityStore, 'groups' | 'users'>,
  { client, person }: { readonly client: Client | undefined; readonly person: Person },
  { target, scope = '' }: ClaimsUse,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const claims = client?.['mapped_claims'] as readonly MappedClaim[] | undefined;
  const access = client?.['access'] as ApplicationAccess | undefined;
  if (access === undefined || claims?.some(({ targets }) => targets.includes(target)) !== true) return undefined;
  const facts = await readSubjectFacts(store, person);
  return claimsFor(claims, facts, { target, scopes: new Set(scope.split(' ')), accountId: access.accountId });
}

/** The same, as a part of an account's claims. */
export async function mappedAccountClaims(
  store: Pick<IdentityStore, 'groups' | 'users'>,
  whose: { readonly client: Client | undefined; readonly person: Person },
  use: ClaimsUse,
): Promise<object> {
  const claims = await mappedClaimsOf(store, whose, use);
  const mayAct = use.target === 'id_token' ? mayActOf(whose.client) : undefined;
  return claims === undefined && mayAct === undefined ? {} : { [MAPPED_CLAIMS]: { ...claims, ...mayAct } };
}

/** Names the client that alone may act for the subject of tokens (RFC 8693 §4.4), if the application registered one. */
function mayActOf(client: Client | undefined): { readonly may_act: { readonly sub: string } } | undefined {
  const sub = client?.['may_act'];
  return typeof sub === 'string' ? { may_act: { sub } } : undefined;
}

/**
 * Adds them to access tokens for services, and to all how and when the person signed in. The token for userinfo is opaque, and nobody but
 * this server reads it.
 */
export function mappedClaims(store: Pick<IdentityStore, 'groups' | 'users'>): Configuration {
  return {
    async extraTokenClaims(ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials) {
      const person = (ctx.oidc.account as Found)?.person;
      const authentication = { ...authenticationOf(token), ...mayActOf(token.client), ...exchangeClaimsOf(token) };
      if (token.kind !== 'AccessToken' || token.format !== 'jwt' || person === undefined) return authentication;
      // The token's own scopes are those of the service. A grant may have more than this login asked for.
      const { AuthorizationCode, DeviceCode, BackchannelAuthenticationRequest, RefreshToken } = ctx.oidc.entities;
      const source = RefreshToken ?? AuthorizationCode ?? DeviceCode ?? BackchannelAuthenticationRequest;
      const asked = source?.scope ?? '';
      const scope = ctx.oidc.grant?.getOIDCScopeFiltered(new Set(asked.split(' ')));
      const mapped = await mappedClaimsOf(store, { client: token.client, person }, { target: 'access_token', scope });
      return { ...mapped, ...authentication };
    },
  };
}
