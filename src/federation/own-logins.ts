import { timingSafeEqual } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { LoginStamp } from '../identity/credentials/login-generation.ts';
import { LOGIN_CLAIM, type LoginMark } from '../identity/credentials/login-mark.ts';
import { isLoginOver, type People, type Person } from '../identity/credentials/people.ts';
import { parseArn, rootArn } from '../kernel/arn.ts';
import { accountIdOf } from '../kernel/ids.ts';

/** The login at this server that an ID token of its own tells of, or that it is over. */
export type LoginOf = (claims: JWTPayload) => Promise<LoginStamp | 'over'>;

/** Whether it is a subject as all apps see it: an account's id, or a user's unique id. */
function isSubject(text: string): boolean {
  return /^\d{12}$/.test(text) || accountIdOf(text) !== undefined;
}

/**
 * Logins of this server's own issuer hold as long as the person is there, may sign in, and nothing has ended its logins (S36): an ID token
 * that outlives a deleted user or a stolen password must not become credentials.
 */
export function ownLogins(people: People, mark: LoginMark): LoginOf {
  // A pairwise subject cannot be looked up; the ARN that stands beside it in each of our tokens can.
  const find = async ({ sub = '', arn }: JWTPayload): Promise<Person | undefined> => {
    if (typeof arn !== 'string' || isSubject(sub)) return people.bySubject(sub);
    const { accountId = '', resource = '' } = parseArn(arn) ?? {};
    if (arn === rootArn(accountId)) return people.bySubject(accountId);
    return people.byUserName(accountId, resource.split('/').at(-1) ?? '');
  };
  return async (claims) => {
    const person = await find(claims);
    if (person === undefined || !holds(person, claims, mark)) return 'over';
    return { subject: person.subject, generation: person.loginGeneration };
  };
}

function holds(person: Person, claims: JWTPayload, mark: LoginMark): boolean {
  const { subject, loginGeneration: generation, createdAt } = person;
  const given = claims[LOGIN_CLAIM];
  if (typeof given === 'string') {
    const [claimed, expected] = [Buffer.from(given), Buffer.from(mark({ subject, generation }))];
    return claimed.length === expected.length && timingSafeEqual(claimed, expected);
  }
  // Tokens of versions before the mark. A user who has the name by now is not the one whose login it was.
  const began = Number(claims['auth_time'] ?? claims.iat) * 1000;
  return began >= Math.floor(createdAt / 1000) * 1000 && !isLoginOver(person, { generation: undefined, began });
}
