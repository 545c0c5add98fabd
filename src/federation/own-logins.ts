import type { JWTPayload } from 'jose';
import type { People, Person } from '../identity/sign-in/people.ts';
import { parseArn, rootArn } from '../kernel/arn.ts';
import { accountIdOf } from '../kernel/ids.ts';

/** Whether the login that a token tells of still holds. */
export type LoginHolds = (issuer: string, claims: JWTPayload) => Promise<boolean>;

/** Whether it is a subject as all apps see it: an account's id, or a user's unique id. */
function isSubject(text: string): boolean {
  return /^\d{12}$/.test(text) || accountIdOf(text) !== undefined;
}

/**
 * Logins of this server's own issuer hold as long as the person is there, may sign in, and its sessions were not revoked since
 * (S36): an ID token that outlives a deleted user must not become credentials. Of other issuers nothing more is known.
 */
export function ownLogins(people: People, ownIssuer: string): LoginHolds {
  // A pairwise subject cannot be looked up; the ARN that stands beside it in each of our tokens can.
  const find = async ({ sub = '', arn }: JWTPayload): Promise<Person | undefined> => {
    if (typeof arn !== 'string' || isSubject(sub)) return people.bySubject(sub);
    const { accountId = '', resource = '' } = parseArn(arn) ?? {};
    if (arn === rootArn(accountId)) return people.bySubject(accountId);
    return people.byUserName(accountId, resource.split('/').at(-1) ?? '');
  };
  return async (issuer, claims) => {
    if (issuer !== ownIssuer) return true;
    const person = await find(claims);
    const { auth_time: authTime = claims.iat } = claims;
    if (person === undefined) return false;
    // One who has somebody's name by now is not whom a login of before was of.
    const { createdAt, sessionsRevokedBefore = 0 } = person;
    return Number(authTime) * 1000 >= Math.max(Math.floor(createdAt / 1000) * 1000, sessionsRevokedBefore);
  };
}
