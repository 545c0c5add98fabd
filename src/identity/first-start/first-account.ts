import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { type Random, randomAlphanumeric } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { type Collection, type DocumentKey, DuplicateKeyError } from '../../ports/collections.ts';
import { makeAccountId } from '../accounts/account-id.ts';
import type { Account } from '../documents/account.ts';
import { foldName, type PolicyReference } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { ADMIN_USER_NAME, type FirstAccountSettings } from './first-account-settings.ts';
import { requireStrongPasswords } from './first-passwords.ts';
import { type FirstStart, type FirstStartClaim, firstStartClaims } from './first-start-claim.ts';

/** The first account and its secrets, which are available only here. */
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
  readonly claims: Collection<FirstStart>;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly random: Random;
}

/** Length of a generated password in letters and digits: 142 bits. */
export const GENERATED_PASSWORD_LENGTH = 24;

/** Whether the store already has an account. */
async function hasAccount(store: Pick<IdentityStore, 'accounts'>): Promise<boolean> {
  return (await store.accounts.find('byRootEmail', [], { limit: 1 })).items.length > 0;
}

/**
 * Creates the first account: its root user, and the IAM user `admin` with AdministratorAccess, an access key and a password. If several
 * processes start at once on an empty store, exactly one creates it and the others wait until it exists (first-start-claim.ts). Safe to
 * retry if the store did not answer: the same process remains the creator.
 * @returns a function that resolves to `undefined` if there already was an account or another process created it. It throws
 * {@link WeakFirstPasswordsError} before anything is stored if a chosen password is rejected.
 */
export function firstAccountMaker(
  deps: FirstAccountDependencies,
  settings: FirstAccountSettings,
): () => Promise<FirstAccount | undefined> {
  const claims = firstStartClaims(deps);
  let made: { readonly claimedAt: number; readonly first: FirstAccount } | undefined;

  return async () => {
    const state = await claims.state();
    if (state === 'none' && (await hasAccount(deps.store))) return undefined;
    if (state !== 'done') await requireStrongPasswords(deps.passwords, settings);
    const claim = await claims.win(() => settings.accountId ?? makeAccountId(deps.random));
    if (claim === undefined) return undefined;
    if (made?.claimedAt !== claim.claimedAt) {
      const first = withDefaults(deps.random, claim.accountId, settings);
      await put(deps, await documentsOf(deps, first, claim));
      made = { claimedAt: claim.claimedAt, first };
    }
    return (await claims.conclude()) ? made.first : undefined;
  };
}

interface FirstDocuments {
  readonly account: Account;
  readonly admin: User;
}

async function documentsOf(
  deps: FirstAccountDependencies,
  first: FirstAccount,
  { userId, claimedAt: now }: FirstStartClaim,
): Promise<FirstDocuments> {
  const [rootHash, adminHash] = await Promise.all([
    deps.passwords.hash(first.rootPassword),
    deps.passwords.hash(first.adminPassword),
  ]);
  const policy = await findManagedPolicy(deps.store, first.accountId, 'arn:aws:iam::aws:policy/AdministratorAccess');
  if (policy === undefined) throw new Error('the catalogue of AWS managed policies has no AdministratorAccess');
  const { policyArn, policyId } = policy;
  const admin = adminUser(deps.sealer, first, {
    userId,
    passwordHash: adminHash,
    now,
    policy: { policyArn, policyId },
  });
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
  return { account, admin };
}

/** Writes the account last, so that any process that sees it also finds its administrator. */
async function put({ store }: FirstAccountDependencies, { account, admin }: FirstDocuments): Promise<void> {
  await putNewer(store.users, [admin.accountId, admin.userId], admin);
  await putNewer(store.accounts, [account.accountId], account);
}

/**
 * Inserts a document, or replaces the one that an earlier claim left behind. INVARIANT: never replaces a document of a later claim, even if
 * this process was suspended until its own claim expired.
 */
async function putNewer<Document extends { readonly createdAt: number }>(
  collection: Collection<Document>,
  key: DocumentKey,
  document: Document,
): Promise<void> {
  const replace = (): Promise<unknown> =>
    collection.update(key, (old) => (old.createdAt < document.createdAt ? document : old));
  if ((await replace()) !== undefined) return;
  try {
    await collection.insert(document);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    // Another claim's document was inserted in between, or our own, if the store's answer was lost.
    if ((await replace()) === undefined) throw error;
  }
}

function withDefaults(random: Random, accountId: string, settings: FirstAccountSettings): FirstAccount {
  const password = (): string => randomAlphanumeric(random, GENERATED_PASSWORD_LENGTH);
  return {
    accountId,
    accountAlias: settings.accountAlias,
    rootEmail: settings.rootEmail ?? 'root@localhost',
    rootPassword: settings.rootPassword ?? password(),
    adminAccessKeyId: settings.adminAccessKeyId ?? makeId(ID_PREFIX.longTermAccessKey, accountId, random),
    adminSecretAccessKey: settings.adminSecretAccessKey ?? random.bytes(30).toString('base64'),
    adminPassword: settings.adminPassword ?? password(),
  };
}

function adminUser(
  sealer: Sealer,
  first: FirstAccount,
  { userId, passwordHash, now, policy }: { userId: string; passwordHash: string; now: number; policy: PolicyReference },
): User {
  const { accountId, adminAccessKeyId: accessKeyId } = first;
  return {
    accountId,
    userId,
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
 * The oldest account, which was created first. Reads all of them: organizations create accounts under any address, and none of these may take
 * its place.
 * @throws {Error} if there is none.
 */
export async function firstAccount(store: Pick<IdentityStore, 'accounts'>): Promise<Account> {
  let oldest: Account | undefined;
  let after: string | undefined;
  do {
    const page = await store.accounts.find('byRootEmail', [], { limit: 100, ...(after !== undefined && { after }) });
    for (const account of page.items)
      if (oldest === undefined || account.createdAt < oldest.createdAt) oldest = account;
    after = page.next;
  } while (after !== undefined);
  if (oldest === undefined) throw new Error('there is no account yet');
  return oldest;
}

/** The id of {@link firstAccount}. */
export async function firstAccountId(store: Pick<IdentityStore, 'accounts'>): Promise<string> {
  return (await firstAccount(store)).accountId;
}
