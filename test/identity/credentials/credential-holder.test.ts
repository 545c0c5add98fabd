import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeCredentials } from '../../../src/identity/credentials/change-credentials.ts';
import type { HolderId } from '../../../src/identity/credentials/credential-holder.ts';
import {
  documentOf,
  findCredentialHolder,
  findHolderBy,
  parseSubject,
} from '../../../src/identity/credentials/find-credential-holder.ts';
import { withLoginsEnded } from '../../../src/identity/credentials/login-generation.ts';
import type { AccessKey } from '../../../src/identity/documents/access-key.ts';
import type { Account } from '../../../src/identity/documents/account.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam } from '../../iam/support/iam-under-test.ts';

const ROOT: HolderId = { accountId: ACCOUNT_ID, subject: ACCOUNT_ID };
const loginProfile = { passwordHash: 'h', createdAt: 1, changedAt: 2, resetRequired: true, formerHashes: ['f'] };
const device = (name: string) => ({ serialNumber: `mfa/${name}`, sealedSeed: 's', enabledAt: 3, lastTimeStep: 4 });
const passkey = (credentialId: string) => ({
  serialNumber: `u2f/${credentialId}`,
  credentialId,
  publicKey: 'p',
  userHandle: 'u',
  rpId: 'localhost',
  counter: 1,
  transports: ['usb'],
  isSynced: false,
  aaguid: 'a',
  label: 'Key',
  enabledAt: 4,
});
const key = (accessKeyId: string): AccessKey => ({ accessKeyId, sealedSecret: 's', status: 'Active', createdAt: 5 });

const random = systemRandom();
let made = 0;

let iam: IamUnderTest;
beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

/** Makes an IAM user that is stored as given. */
async function userOf(given: Partial<User> = {}): Promise<HolderId> {
  const name = `user${++made}`;
  const subject = makeId(ID_PREFIX.user, ACCOUNT_ID, random);
  await iam.deps.store.users.insert({
    accountId: ACCOUNT_ID,
    userId: subject,
    userName: name,
    nameKey: name,
    path: '/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: ['g'],
    accessKeys: [],
    mfaDevices: [],
    ...given,
  });
  return { accountId: ACCOUNT_ID, subject };
}

async function rootOf(given: Partial<Account['root']>): Promise<HolderId> {
  await iam.deps.store.accounts.update([ACCOUNT_ID], (old) => ({ ...old, root: { ...old.root, ...given } }));
  return ROOT;
}

const stored = async ({ accountId, subject }: HolderId) =>
  subject === accountId ? iam.deps.store.accounts.get([accountId]) : iam.deps.store.users.get([accountId, subject]);

const HOLDERS: readonly [name: string, make: () => Promise<HolderId>][] = [
  ['a user without credentials', () => userOf()],
  ['a user with a password', () => userOf({ loginProfile, passwordLastUsedAt: 9 })],
  [
    'a user with everything',
    () =>
      userOf({
        loginProfile,
        loginGeneration: 3,
        disabled: { administrator: { reason: 'left', at: 6 } },
        timesDisabled: 2,
        accessKeys: [key(`AKIA${made}FULL1`), key(`AKIA${made}FULL2`)],
        mfaDevices: [device(`one${made}`), device(`two${made}`)],
        recoveryCodes: { sealedHashes: ['h'], createdAt: 7, lastUsedAt: 8 },
        passkeys: [passkey(`of ${made}`)],
      }),
  ],
  ['a root user as it was made', async () => ROOT],
  [
    'a root user with everything',
    () =>
      rootOf({
        accessKeys: [key('AKIAROOT')],
        mfaDevices: [device('r')],
        passkeys: [passkey('r')],
        recoveryCodes: { sealedHashes: [], createdAt: 7 },
        loginGeneration: 2,
        passwordLastUsedAt: 7,
      }),
  ],
];

describe('changeCredentials', () => {
  test.each(HOLDERS)('leaves the document of %s as it was if nothing changes', async (_name, make) => {
    const id = await make();
    const before = await stored(id);
    expect(before).toBeDefined();
    await changeCredentials(iam.deps.store, id, (old) => old);
    expect(await stored(id)).toEqual(before);
  });

  test.each(HOLDERS.slice(1))('changes only the credentials of %s', async (name, make) => {
    const id = await make();
    const before = await findCredentialHolder(iam.deps.store, id);
    const added = { kind: 'totp', ...device(`new of ${name}`) } as const;
    const change = await changeCredentials(iam.deps.store, id, (old) => ({
      ...withLoginsEnded(old),
      factors: [added, ...old.factors],
      accessKeys: [],
      userName: 'not a credential',
    }));
    expect(change).toEqual({
      ...before,
      loginGeneration: (before?.loginGeneration ?? 0) + 1,
      factors: [added, ...(before?.factors ?? [])],
      accessKeys: [],
    });
    expect(await findCredentialHolder(iam.deps.store, id)).toEqual(change);
  });

  test('no concurrent change is lost', async () => {
    for (const id of [ROOT, await userOf()]) {
      const keys = Array.from({ length: 8 }, (_, index) => key(`AKIA${id.subject}${index}`));
      await changeCredentials(iam.deps.store, id, (old) => ({ ...old, accessKeys: [] }));
      await Promise.all(
        keys.map((each) =>
          changeCredentials(iam.deps.store, id, (old) => ({ ...old, accessKeys: [...old.accessKeys, each] })),
        ),
      );
      const ids = (await findCredentialHolder(iam.deps.store, id))?.accessKeys.map(({ accessKeyId }) => accessKeyId);
      expect(ids?.sort()).toEqual(keys.map(({ accessKeyId }) => accessKeyId).sort());
    }
  });

  test('removes the password of a user and of a root user, which is never required to change its own', async () => {
    const { store } = iam.deps;
    const user = await userOf({ loginProfile });
    const withoutPassword = (id: HolderId) => changeCredentials(store, id, (old) => ({ ...old, password: undefined }));
    expect(await withoutPassword(user)).toMatchObject({ password: undefined });
    expect(await stored(user)).not.toHaveProperty('loginProfile');
    const before = (await store.accounts.get([ACCOUNT_ID]))?.root;
    expect(await withoutPassword(ROOT)).toMatchObject({ password: undefined });
    const { passwordHash: _hash, passwordChangedAt: _changed, ...rest } = before ?? {};
    expect((await store.accounts.get([ACCOUNT_ID]))?.root).toEqual(rest);
    const password = { hash: 'h', createdAt: 8, changedAt: 9, resetRequired: false, formerHashes: [] };
    const put = (change: object) =>
      changeCredentials(store, ROOT, (old) => ({ ...old, password: { ...password, ...change } }));
    expect(await put({})).toMatchObject({ password });
    await expect(put({ resetRequired: true })).rejects.toThrow('a root user is never required to reset its password');
    await rootOf({ ...before });
  });

  test('reports that a holder was deleted', async () => {
    const subject = makeId(ID_PREFIX.user, ACCOUNT_ID, random);
    const gone = [
      { accountId: ACCOUNT_ID, subject },
      { accountId: '999999999999', subject: '999999999999' },
    ];
    for (const id of gone) expect(await changeCredentials(iam.deps.store, id, (old) => old)).toBeUndefined();
  });
});

describe('findHolderBy', () => {
  test('finds either kind by access key and e-mail address', async () => {
    const user = await userOf({ accessKeys: [key('AKIAFOUND')], email: 'found@example.com' });
    await rootOf({ accessKeys: [key('AKIAROOTFOUND')], email: 'root@example.com' });
    const find = async (shown: 'accessKeyId' | 'email', value: string) =>
      (await findHolderBy(iam.deps.store, shown, value))?.subject;
    expect(await find('accessKeyId', 'AKIAFOUND')).toBe(user.subject);
    expect(await find('email', 'found@example.com')).toBe(user.subject);
    expect(await find('accessKeyId', 'AKIAROOTFOUND')).toBe(ACCOUNT_ID);
    expect(await find('email', 'root@example.com')).toBe(ACCOUNT_ID);
    expect(await find('accessKeyId', 'akiafound')).toBeUndefined();
  });
});

test('a subject names a holder, and the document that it is stored in', async () => {
  const subject = makeId(ID_PREFIX.user, ACCOUNT_ID, random);
  expect(parseSubject(subject)).toEqual({ accountId: ACCOUNT_ID, subject });
  expect(parseSubject(ACCOUNT_ID)).toEqual(ROOT);
  expect(parseSubject('alice')).toBeUndefined();
  expect(documentOf(ROOT)).toEqual(['accounts', [ACCOUNT_ID]]);
  expect(documentOf({ accountId: ACCOUNT_ID, subject })).toEqual(['users', [ACCOUNT_ID, subject]]);
});
