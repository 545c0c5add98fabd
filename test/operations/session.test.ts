import { describe, expect, test } from '@jest/globals';
import { principalTagsOf } from '../../src/authorize/context.ts';
import { csrfTokens } from '../../src/http/csrf.ts';
import type { Person } from '../../src/identity/credentials/people.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { inheritedTags } from '../../src/identity/sessions/inherited-tags.ts';
import { type BrowserRequest, sessionAuthentication } from '../../src/operations/authentication/session.ts';

const ORIGIN = 'https://id.example.com';
const tokens = csrfTokens(Buffer.alloc(32, 1));
const ALICE = {
  kind: 'user',
  accountId: '111122223333',
  subject: 'AIDAALICE',
  arn: 'arn:aws:iam::111122223333:user/alice',
  name: 'alice',
  loginGeneration: 2,
} as Person;
const ROOT = { ...ALICE, kind: 'root', subject: '111122223333', arn: 'arn:aws:iam::111122223333:root' } as Person;
const session = { person: ALICE, uid: 'uid-1', signedInAt: 1000, expiresAt: 9000, amr: ['pwd'] };
const request = (headers: BrowserRequest['headers'] = {}) => ({ requestId: 'r-1', ip: '192.0.2.1', headers });

const authentication = (currentCaller = (caller: Caller): Caller | undefined => caller) =>
  sessionAuthentication({ currentCaller, csrfTokens: tokens, purpose: 'account', origin: ORIGIN });

describe('a signed-in browser', () => {
  test('is its user, by a temporary session that ends with the login', async () => {
    expect(await authentication().forReading(session, request({ 'user-agent': 'Firefox' }))).toEqual({
      caller: {
        type: 'User',
        accountId: ALICE.accountId,
        arn: ALICE.arn,
        userId: 'AIDAALICE',
        uniqueId: 'AIDAALICE',
        userName: 'alice',
        accessKeyId: '',
        session: {
          issuedAt: 1000,
          expiresAt: 9000,
          tags: [],
          transitiveTagKeys: [],
          sessionPolicies: [],
          sessionPolicyArns: [],
          login: { subject: 'AIDAALICE', generation: 2 },
          signIn: { strength: '1fa', shownAt: 1000 },
        },
      },
      source: { ip: '192.0.2.1', userAgent: 'Firefox', referer: undefined, secure: true, region: undefined },
      requestId: 'r-1',
      mayChange: false,
    });
  });

  test('or the root user, with the second factor that was used', async () => {
    const { caller } = await authentication().forReading({ ...session, person: ROOT, amr: ['pwd', 'mfa'] }, request());
    expect(caller).toMatchObject({ type: 'Account', userId: '111122223333', session: { mfaAuthenticatedAt: 1000 } });
  });

  test('has the session tags that its outside login was given, and passes them on', async () => {
    const tags = [{ key: 'Department', value: 'blue' }];
    const origin = { link: 'l', generation: 0, at: 1, tags };
    const { caller } = await authentication().forReading({ ...session, origin }, request());
    expect(inheritedTags(caller)).toEqual(tags);
    // An administrator's word on the user comes first; that on a role does not.
    const own = [{ key: 'department', value: 'red' }];
    expect(principalTagsOf(caller, own)).toEqual(own);
    expect(principalTagsOf({ ...caller, type: 'AssumedRole' } as Caller, own)).toEqual(tags);
  });

  test('has the name that the user has now', async () => {
    const renamed = authentication((caller) => ({ ...caller, arn: 'renamed' }));
    expect((await renamed.forReading(session, request())).caller.arn).toBe('renamed');
  });

  test('is refused if the user was deleted or the login has ended', async () => {
    await expect(authentication(() => undefined).forReading(session, request())).rejects.toThrow('You are signed out.');
  });
});

describe('a change needs a form of our page, created for this session', () => {
  const own = tokens.make('uid-1', 'account');
  test.each<[string, string | undefined, BrowserRequest['headers'], boolean]>([
    ['its token', own, {}, true],
    ['its token, from our origin', own, { origin: ORIGIN }, true],
    ['its token, as browsers say without a referrer', own, { origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    ['no token', undefined, { origin: ORIGIN }, false],
    ['a token of another session', tokens.make('uid-2', 'account'), { origin: ORIGIN }, false],
    ['a token for another purpose', tokens.make('uid-1', 'consent'), { origin: ORIGIN }, false],
    ['its token, from another origin', own, { origin: 'https://evil.example' }, false],
    ['its token, from another site', own, { 'sec-fetch-site': 'cross-site' }, false],
    ['its token, from a sibling host', own, { origin: ORIGIN, 'sec-fetch-site': 'same-site' }, false],
  ])('%s', async (_name, token, headers, isAccepted) => {
    const changed = authentication().forChange(session, request(headers), token);
    if (isAccepted) await expect(changed).resolves.toMatchObject({ mayChange: true });
    else await expect(changed).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
