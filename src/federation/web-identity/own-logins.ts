import type { JWTPayload } from 'jose';
import type { LoginStamp } from '../../identity/credentials/login-generation.ts';
import { LOGIN_CLAIM, type LoginMarks } from '../../identity/credentials/login-mark.ts';
import { isLoginOver, type People, type Person } from '../../identity/credentials/people.ts';
import { type SignInFacts, signInFacts } from '../../identity/credentials/sign-in-facts.ts';
import { hasCome } from '../../identity/documents/user.ts';
import { parseArn, rootArn } from '../../kernel/arn.ts';
import { accountIdOf } from '../../kernel/ids.ts';

/** The login at this server to which one of its own ID tokens belongs, or `over` if that login has ended. */
export type LoginOf = (claims: JWTPayload, now: number) => Promise<LoginStamp | 'over'>;

/** Whether the text is a public subject: an account id, or a user's unique id. */
function isSubject(text: string): boolean {
  return /^\d{12}$/.test(text) || accountIdOf(text) !== undefined;
}

/**
 * A login at this server's own issuer is valid as long as the user exists, may sign in and is not disabled, and nothing has ended the
 * user's logins (S36). An ID token that outlives a deleted user or a stolen password must not be exchanged for
 * credentials.
 */
export function ownLogins(people: People, marks: Pick<LoginMarks, 'read'>): LoginOf {
  // A pairwise subject cannot be looked up, but the ARN that is also in each of our tokens can.
  const find = async ({ sub = '', arn }: JWTPayload): Promise<Person | undefined> => {
    if (typeof arn !== 'string' || isSubject(sub)) return people.bySubject(sub);
    const { accountId = '', resource = '' } = parseArn(arn) ?? {};
    if (arn === rootArn(accountId)) return people.bySubject(accountId);
    return people.byUserName(accountId, resource.split('/').at(-1) ?? '');
  };
  return async (claims, now) => {
    const person = await find(claims);
    if (person === undefined || hasCome(person.disabledFrom, now)) return 'over';
    const login = loginOfToken(person, claims, { marks, now });
    return login === undefined || isLoginOver(person, { ...login, began: 0 }, now) ? 'over' : login;
  };
}

/** `undefined` if the token is of another login than the person's present ones. */
function loginOfToken(
  person: Person,
  claims: JWTPayload,
  { marks, now }: { readonly marks: Pick<LoginMarks, 'read'>; readonly now: number },
): LoginStamp | undefined {
  const { subject, loginGeneration: generation, createdAt } = person;
  const given = claims[LOGIN_CLAIM];
  if (typeof given === 'string') return marks.read(given, { subject, generation });
  // Tokens from versions without the mark. A user who was later given the same name must not inherit the login.
  const began = Number(claims['auth_time'] ?? claims.iat) * 1000;
  const holds =
    began >= Math.floor(createdAt / 1000) * 1000 && !isLoginOver(person, { generation: undefined, began }, now);
  return holds ? { subject, generation } : undefined;
}

/** How strong the login of one of our own ID tokens was, and when. */
export function signInOfToken({ amr, auth_time: at }: JWTPayload, { origin }: LoginStamp): SignInFacts {
  const methods = Array.isArray(amr) ? amr.map(String) : [];
  return signInFacts({ amr: methods, origin }, typeof at === 'number' ? at * 1000 : undefined);
}
