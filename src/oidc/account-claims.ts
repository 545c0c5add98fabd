import type { Account, AccountClaims, FindAccount } from 'oidc-provider';
import { isLoginOver, isSessionOver, type Login, type People, type Person } from '../identity/credentials/people.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';

interface AccountClaimsDependencies {
  readonly people: People;
  readonly store: IdentityStore;
}

/** What a person's claims are; which of them an app gets, its scopes decide (`features/claims.ts`). */
async function claimsOf(person: Person, store: IdentityStore): Promise<AccountClaims> {
  const groups = await Promise.all(person.groupIds.map((groupId) => store.groups.get([person.accountId, groupId])));
  return {
    sub: person.subject,
    account_id: person.accountId,
    arn: person.arn,
    name: person.name,
    preferred_username: person.name,
    // The address comes from the operator or from a tag. Nobody has proved that mail to it arrives (OpenID Connect Core §5.1).
    ...(person.email !== undefined && { email: person.email, email_verified: false }),
    groups: groups.filter((group) => group !== undefined).map((group) => group.groupName),
  };
}

/** The login that a code or token was issued for. */
export function loginOf(token: object): Login {
  const { iat = 0, authTime = iat, loginGeneration: generation } = token as StampedToken;
  return { generation, began: authTime * 1000 };
}

interface StampedToken {
  readonly iat?: number;
  readonly authTime?: number;
  readonly loginGeneration?: number;
}

/** Whether an app is open to people of an account. */
export function isOpenTo(client: Readonly<Record<string, unknown>> | undefined, accountId: string): boolean {
  return client === undefined || client['open_to'] === 'everyone' || client['account_id'] === accountId;
}

/** A person as oidc-provider has it, and as it was found: events need not look for it again. */
export interface FoundAccount extends Account {
  readonly person: Person;
}

/**
 * Finds the person behind a session or token. It answers `undefined`, which ends the session and refuses the token, for one
 * who was deleted or may sign in no more, whose session or login is over, or whose account the app is not open to.
 */
export function findAccount({ people, store }: AccountClaimsDependencies): FindAccount {
  return async (ctx, subject, token): Promise<FoundAccount | undefined> => {
    const person = await people.bySubject(subject);
    if (person === undefined || !isOpenTo(ctx.oidc.client, person.accountId)) return undefined;
    if (token !== undefined) {
      if (isLoginOver(person, loginOf(token))) return undefined;
    } else if (isSessionOver(person, ctx.oidc.session ?? {})) return undefined;
    return { accountId: subject, person, claims: () => claimsOf(person, store) };
  };
}
