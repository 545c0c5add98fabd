import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { type Random, randomAlphanumeric } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { foldName, type PolicyReference } from '../entity.ts';
import type { IdentityStore } from '../identity-store.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';
import type { Passwords } from '../sign-in/passwords.ts';
import type { User } from '../users/user.ts';
import type { Account } from './account.ts';

/** What the operator may settle of the first account; the rest is made up. */
export interface FirstAccountWishes {
  readonly accountId?: string | undefined;
  readonly accountAlias?: string | undefined;
  readonly rootEmail?: string | undefined;
  readonly rootPassword?: string | undefined;
  readonly adminAccessKeyId?: string | undefined;
  readonly adminSecretAccessKey?: string | undefined;
  readonly adminPassword?: string | undefined;
}

/** The first account with its secrets, which are known here and never again. */
export interface FirstAccount {
  readonly accountId: string;
  readonly accountAlias: string | undefined;
  readonly rootEmail: string;
  readonly rootPassword: string;
  readonly adminAccessKeyId: string;
  readonly adminSecretAccessKey: string;
  readonly adminPassword: string;
}

export interface FirstAccountDependencies {
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly random: Random;
}

/** The name of the first account's administrator. */
export const ADMIN_USER_NAME = 'admin';
const MADE_UP_PASSWORD_LENGTH = 24;

/** Whether the store holds an account already. */
export async function hasAccount(store: Pick<IdentityStore, 'accounts'>): Promise<boolean> {
  return (await store.accounts.find('byRootEmail', [], { limit: 1 })).items.length > 0;
}

/**
 * Makes the first account: its root user, and the IAM user `admin` with AdministratorAccess, an access key and a password.
 * The account is written last: while it is missing, a start that was cut short begins anew.
 * @returns `undefined` where another process that started at the same time was first.
 */
export async function makeFirstAccount(
  deps: FirstAccountDependencies,
  wishes: FirstAccountWishes,
): Promise<FirstAccount | undefined> {
  const first = settle(deps.random, wishes);
  const now = deps.clock.now();
  const [rootHash, adminHash] = await Promise.all([
    deps.passwords.hash(first.rootPassword),
    deps.passwords.hash(first.adminPassword),
  ]);
  const policy = await findManagedPolicy(deps.store, first.accountId, 'arn:aws:iam::aws:policy/AdministratorAccess');
  if (policy === undefined) throw new Error('the catalogue of AWS managed policies has no AdministratorAccess');
  const { policyArn, policyId } = policy;
  const admin = adminUser(deps, first, { passwordHash: adminHash, now, policy: { policyArn, policyId } });
  if (!(await putUser(deps, admin))) return undefined;
  const account: Account = {
    accountId: first.accountId,
    ...(first.accountAlias !== undefined && { alias: first.accountAlias }),
    createdAt: now,
    root: {
      email: first.rootEmail.toLowerCase(),
      passwordHash: rootHash,
      passwordChangedAt: now,
      accessKeys: [],
      mfaDevices: [],
    },
  };
  try {
    await deps.store.accounts.insert(account);
  } catch (error) {
    // Another process that starts on the same store was first: its account is the one, and what was made here goes.
    if (!(error instanceof DuplicateKeyError)) throw error;
    await deps.store.users.remove([admin.accountId, admin.userId]);
    return undefined;
  }
  return first;
}

function settle(random: Random, wishes: FirstAccountWishes): FirstAccount {
  const accountId = wishes.accountId ?? makeAccountId(random);
  const password = (): string => randomAlphanumeric(random, MADE_UP_PASSWORD_LENGTH);
  return {
    accountId,
    accountAlias: wishes.accountAlias,
    rootEmail: wishes.rootEmail ?? 'root@localhost',
    rootPassword: wishes.rootPassword ?? password(),
    adminAccessKeyId: wishes.adminAccessKeyId ?? makeId(ID_PREFIX.longTermAccessKey, accountId, random),
    adminSecretAccessKey: wishes.adminSecretAccessKey ?? random.bytes(30).toString('base64'),
    adminPassword: wishes.adminPassword ?? password(),
  };
}

/** 12 digits, the first of them not zero, so that nobody loses it. */
function makeAccountId(random: Random): string {
  const range = 900_000_000_000;
  return String(100_000_000_000 + (random.bytes(6).readUIntBE(0, 6) % range));
}

function adminUser(
  { sealer, random }: FirstAccountDependencies,
  first: FirstAccount,
  { passwordHash, now, policy }: { passwordHash: string; now: number; policy: PolicyReference },
): User {
  const { accountId, adminAccessKeyId: accessKeyId } = first;
  return {
    accountId,
    userId: makeId(ID_PREFIX.user, accountId, random),
    userName: ADMIN_USER_NAME,
    nameKey: foldName(ADMIN_USER_NAME),
    path: '/',
    createdAt: now,
    inlinePolicies: [],
    attachedPolicies: [policy],
    tags: [],
    groupIds: [],
    accessKeys: [
      {
        accessKeyId,
        sealedSecret: sealer.seal(Buffer.from(first.adminSecretAccessKey), accessKeyId),
        status: 'Active',
        createdAt: now,
      },
    ],
    loginProfile: { passwordHash, createdAt: now, changedAt: now, resetRequired: false, formerHashes: [] },
    mfaDevices: [],
  };
}

/**
 * Puts the administrator in; one that a start cut short left behind makes way. Answers `false` where there is an account by now:
 * then the administrator is not left behind but at work.
 */
async function putUser({ store }: FirstAccountDependencies, user: User): Promise<boolean> {
  try {
    await store.users.insert(user);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    if (await hasAccount(store)) return false;
    const { items } = await store.users.find('byName', [user.accountId, user.nameKey], { limit: 1 });
    for (const left of items) await store.users.remove([left.accountId, left.userId]);
    await store.users.insert(user);
  }
  return true;
}

/** The id of the account that was made first, where it is the only one or the oldest. @throws {Error} where there is none. */
export async function firstAccountId(store: Pick<IdentityStore, 'accounts'>): Promise<string> {
  const { items } = await store.accounts.find('byRootEmail', [], { limit: 100 });
  const oldest = [...items].sort((a, b) => a.createdAt - b.createdAt)[0];
  if (oldest === undefined) throw new Error('there is no account yet');
  return oldest.accountId;
}
