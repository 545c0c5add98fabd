import type { IncomingMessage } from 'node:http';
import type { Account, AccountClaims, Client, FindAccount } from 'oidc-provider';
import type { ProofAges } from '../identity/connectors/proof-ages.ts';
import type { LoginOrigin } from '../identity/credentials/login-origin.ts';
import { isLoginOver, type Login, type People, type Person } from '../identity/credentials/people.ts';
import { profileClaims } from '../identity/profile/profile-claims.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { isBoundSessionOver } from './bound-session.ts';
import { isClientOpenTo, isEndedFor, isRefreshOver, mayUseClient } from './client-access.ts';
import { afterRecheck, holderOfSession, type RecheckRequest } from './session-holder.ts';

interface AccountClaimsDependencies {
  readonly people: People;
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly proofAges: ProofAges;
  readonly recheck: RecheckRequest;
  /** What only one client gets. */
  readonly claimsOfClient: (
    whose: { readonly client: Client | undefined; readonly person: Person },
    use: { readonly target: 'userinfo' | 'id_token'; readonly scope: string },
  ) => Promise<object>;
  /** The error for a refresh token whose outside login the provider does not confirm. */
  readonly notConfirmed: () => Error;
  /** The error for a refresh token that has reached a limit of its app. */
  readonly pastLimits: () => Error;
  /** The error for a refresh token whose outside login is too old. */
  readonly oldProof: () => Error;
}

/**
 * The claims of the profile. An ID token has those that the `claims` parameter names, and those of its scopes only if the app gets no access
 * token for user info (OpenID Connect Core 1.0 §5.4): a dozen personal values do not belong into the cookies and logs in which ID tokens end.
 */
function profileOf(
  { profile }: Person,
  { isIdToken, asked, responseType }: { isIdToken: boolean; asked: object | undefined; responseType: unknown },
): object {
  const claims = profile === undefined ? {} : profileClaims(profile);
  if (!isIdToken || responseType === 'id_token') return claims;
  return Object.fromEntries(
    Object.entries(claims).filter(([name]) => asked !== undefined && Object.hasOwn(asked, name)),
  );
}

/** All other claims of a person. The scopes decide which of them an app gets (`features/claims.ts`). */
async function claimsOf(person: Person, store: IdentityStore): Promise<AccountClaims> {
  const { accountId, groupIds } = person;
  const groups =
    groupIds.length === 0 ? [] : await Promise.all(groupIds.map((groupId) => store.groups.get([accountId, groupId])));
  return {
    sub: person.subject,
    account_id: person.accountId,
    arn: person.arn,
    name: person.displayName ?? person.name,
    preferred_username: person.name,
    // Nobody has proved that an address of a tag, or of a root user, receives mail (OpenID Connect Core §5.1).
    ...(person.email !== undefined && { email: person.email, email_verified: person.isEmailVerified }),
    groups: groups.filter((group) => group !== undefined).map((group) => group.groupName),
  };
}

export const isRefreshToken = (token: object): boolean => (token as { readonly kind?: string }).kind === 'RefreshToken';

/** Whether a token continues a login that is too old for its connector. Tokens that were issued in time are valid until they expire. */
export async function continuesOldProof(proofAges: ProofAges, person: Person, token: object): Promise<boolean> {
  const { origin } = loginOf(token);
  return isRefreshToken(token) && origin !== undefined && (await proofAges.isTooOld(person, origin));
}

/** The login that a code or token was issued for. */
export function loginOf(token: object): Login {
  const { iat = 0, authTime = iat, loginGeneration: generation, loginOrigin: origin } = token as StampedToken;
  return { generation, began: authTime * 1000, origin };
}

interface StampedToken {
  readonly iat?: number;
  readonly authTime?: number;
  readonly loginGeneration?: number;
  readonly loginOrigin?: LoginOrigin;
}

/** oidc-provider's `findAccount`. */
export type FindPerson = (...args: Parameters<FindAccount>) => Promise<FoundAccount | undefined>;

/** A person as oidc-provider represents it, with the person itself, so that events need not look it up again. */
export interface FoundAccount extends Account {
  readonly person: Person;
}

/**
 * Finds the person behind a session or token. Returns `undefined`, which ends the session and refuses the token, if the person was
 * deleted or may no longer sign in, if the session or login is over, or if the person may not use the app.
 * @throws what {@link AccountClaimsDependencies.pastLimits} makes, if a refresh token has reached a limit of the app; what
 * {@link AccountClaimsDependencies.oldProof} makes, if it came from an outside login that is too old, and what
 * {@link AccountClaimsDependencies.notConfirmed} makes, if the provider does not confirm the login.
 */
export function findAccount(deps: AccountClaimsDependencies): FindPerson {
  const { people, store, clock, proofAges, oldProof } = deps;
  const found = (client: Client | undefined, person: Person, responseType: unknown): FoundAccount => ({
    accountId: person.subject,
    person,
    claims: async (use, scope, asked) => {
      const target = use === 'userinfo' ? 'userinfo' : 'id_token';
      const [claims, further] = await Promise.all([
        claimsOf(person, store),
        deps.claimsOfClient({ client, person }, { target, scope }),
      ]);
      const profile = profileOf(person, { isIdToken: target === 'id_token', asked, responseType });
      return { ...claims, ...profile, ...further };
    },
  });
  return async (ctx, subject, token): Promise<FoundAccount | undefined> => {
    const person = await people.bySubject(subject);
    const { client } = ctx.oidc;
    const responseType = ctx.oidc.params?.['response_type'];
    if (person === undefined || !isClientOpenTo(client, person.accountId)) return undefined;
    if (token !== undefined) {
      // Without a token, a person who is not assigned is told so by a page of its own (`features/interactions.ts`).
      if (!mayUseClient(client, person) || isEndedFor(client, token)) return undefined;
      const login = loginOf(token);
      if (isLoginOver(person, login, clock.now())) return undefined;
      if (await isBoundSessionOver(ctx, { person, token, now: clock.now() })) return undefined;
      if (isRefreshToken(token) && isRefreshOver(client, token, clock.now())) throw deps.pastLimits();
      if (login.origin !== undefined && isRefreshToken(token)) {
        if (await continuesOldProof(proofAges, person, token)) throw oldProof();
        return found(client, await rechecked(deps, person, { login, request: ctx.req }), responseType);
      }
      return found(client, person, responseType);
    }
    const holder = await holderOfSession(deps, person, { session: ctx.oidc.session ?? {}, request: ctx.req });
    return holder && found(client, holder, responseType);
  };
}

/** The person after the provider of a refresh token's login was asked, if that was due. */
async function rechecked(
  deps: AccountClaimsDependencies,
  person: Person,
  { login, request }: { readonly login: Login; readonly request: IncomingMessage },
): Promise<Person> {
  const current = await afterRecheck(deps, person, { origin: login.origin, request });
  if (current === undefined || isLoginOver(current, login, deps.clock.now())) throw deps.notConfirmed();
  return current;
}
