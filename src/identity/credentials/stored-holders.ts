import { iamArn, rootArn } from '../../kernel/arn.ts';
import type { Collection, DocumentKey } from '../../ports/collections.ts';
import { type Account, accounts } from '../documents/account.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';
import type { Passkey } from '../documents/passkey.ts';
import { disabledFrom, type LoginProfile, type User, users } from '../documents/user.ts';
import { profileOf as claimedProfileOf } from '../profile/profile-of.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder, Factor, HeldCredentials, HolderId, StoredPassword } from './credential-holder.ts';
import { generationOf } from './login-generation.ts';

type Store = Pick<IdentityStore, 'accounts' | 'users'>;

/** What a holder is found by, besides its id. */
export type HolderKey = 'accessKeyId' | 'email' | 'credentialId';

/** How one kind of holder is stored. */
interface StoredHolder<Document extends object> {
  /** The name of the collection. */
  readonly collection: string;
  open(store: Store): Collection<Document>;
  keyOf(id: HolderId): DocumentKey;
  /** The unique indexes that find a holder by what it presents. */
  readonly indexes: { readonly [Key in HolderKey]: string };
  read(document: Document): CredentialHolder;
  /** The document with new credentials; everything else stays unchanged. */
  write(document: Document, held: HeldCredentials): Document;
}

/** Reads and changes the holders of one kind. */
interface HolderAccess {
  readonly collection: string;
  keyOf(id: HolderId): DocumentKey;
  get(store: Store, id: HolderId): Promise<CredentialHolder | undefined>;
  findBy(store: Store, key: HolderKey, value: string): Promise<CredentialHolder | undefined>;
  change(
    store: Store,
    id: HolderId,
    change: (old: CredentialHolder) => HeldCredentials,
  ): Promise<CredentialHolder | undefined>;
}

function accessTo<Document extends object>(stored: StoredHolder<Document>): HolderAccess {
  const { collection, open, keyOf, indexes, read, write } = stored;
  return {
    collection,
    keyOf,
    async get(store, id) {
      const document = await open(store).get(keyOf(id));
      return document && read(document);
    },
    async findBy(store, key, value) {
      const [document] = (await open(store).find(indexes[key], [value], { limit: 1 })).items;
      return document && read(document);
    },
    async change(store, id, change) {
      const document = await open(store).update(keyOf(id), (old) => write(old, change(read(old))));
      return document && read(document);
    },
  };
}

/** The root user of an account, which is part of the account's document. */
export function rootHolder({ accountId, createdAt, root }: Account): CredentialHolder {
  return {
    kind: 'root',
    accountId,
    subject: accountId,
    arn: rootArn(accountId),
    userName: undefined,
    path: undefined,
    email: root.email,
    isEmailVerified: false,
    createdAt,
    groupIds: [],
    displayName: undefined,
    links: [],
    disabledFrom: undefined,
    timesDisabled: 0,
    factorResetAskedAt: undefined,
    tags: undefined,
    password: rootPasswordOf(root, createdAt),
    passwordLastUsedAt: root.passwordLastUsedAt,
    accessKeys: root.accessKeys,
    factors: factorsOf(root),
    recoveryCodes: root.recoveryCodes,
    mustEnrolSince: root.mustEnrolSince,
    signingCertificates: root.signingCertificates ?? [],
    loginGeneration: generationOf(root),
  };
}

function rootPasswordOf(
  { passwordHash: hash, passwordCreatedAt, passwordChangedAt }: Account['root'],
  accountCreatedAt: number,
): StoredPassword | undefined {
  if (hash === undefined) return undefined;
  const createdAt = passwordCreatedAt ?? accountCreatedAt;
  return { hash, createdAt, changedAt: passwordChangedAt ?? createdAt, resetRequired: false, formerHashes: [] };
}

function withRootCredentials(account: Account, held: HeldCredentials): Account {
  const { password } = held;
  // No rule asks for this. Failing is better than silently dropping the change.
  if (password?.resetRequired === true) throw new Error('a root user is never required to reset its password');
  const { passwordHash: _hash, passwordCreatedAt: _created, passwordChangedAt: _changed, ...rest } = account.root;
  const root = {
    ...withoutOptional(rest),
    ...(password && { passwordHash: password.hash, passwordChangedAt: password.changedAt }),
    ...(password && password.createdAt !== account.createdAt && { passwordCreatedAt: password.createdAt }),
  };
  return { ...account, root: { ...root, ...sharedFields(held) } };
}

/** The address that an administrator gave a user: its own one, or that of its tag. */
export const ownEmailOf = ({ email, tags }: Pick<User, 'email' | 'tags'>): string | undefined => email ?? emailOf(tags);

/** An IAM user, which has its own document. */
export function userHolder(user: User): CredentialHolder {
  const { accountId, userId, userName, path, loginProfile, links = [] } = user;
  const ownEmail = ownEmailOf(user);
  const profile = claimedProfileOf(user);
  const emailed = links.find(({ email }) => email !== undefined);
  return {
    kind: 'user',
    accountId,
    subject: userId,
    arn: iamArn(accountId, 'user', path, userName),
    userName,
    path,
    email: ownEmail ?? emailed?.email,
    isEmailVerified:
      user.email === undefined
        ? ownEmail === undefined && emailed?.isEmailVerified === true
        : user.emailVerifiedAt !== undefined,
    createdAt: user.createdAt,
    groupIds: user.groupIds,
    displayName: profile.values.name,
    profile,
    links,
    disabledFrom: disabledFrom(user),
    timesDisabled: user.timesDisabled ?? 0,
    factorResetAskedAt: user.factorReset?.askedAt,
    tags: user.tags,
    password: loginProfile && passwordOf(loginProfile),
    passwordLastUsedAt: user.passwordLastUsedAt,
    accessKeys: user.accessKeys,
    factors: factorsOf(user),
    recoveryCodes: user.recoveryCodes,
    mustEnrolSince: user.mustEnrolSince,
    signingCertificates: user.signingCertificates ?? [],
    loginGeneration: generationOf(user),
  };
}

function withUserCredentials(user: User, held: HeldCredentials): User {
  const { loginProfile: _former, ...rest } = withoutOptional(user);
  const { password } = held;
  const { warnedAt } = user.loginProfile ?? {};
  // A warning is about one password. Other changes must not withdraw it: who makes them could put off its end for ever.
  const isWarned = warnedAt !== undefined && password?.hash === user.loginProfile?.passwordHash;
  const loginProfile = password && { ...profileOf(password), ...(isWarned && { warnedAt }) };
  return { ...rest, ...(loginProfile && { loginProfile }), ...sharedFields(held) };
}

/** The document without the fields that are absent when a holder has nothing of the kind. */
function withoutOptional<Document extends Partial<Pick<User, 'recoveryCodes' | 'passkeys' | 'signingCertificates'>>>({
  recoveryCodes: _codes,
  passkeys: _passkeys,
  signingCertificates: _certificates,
  ...rest
}: Document) {
  return rest;
}

/** The fields that an account's root user and a user share by name. */
function sharedFields({ accessKeys, factors, signingCertificates, ...held }: HeldCredentials) {
  const { recoveryCodes, mustEnrolSince, passwordLastUsedAt, loginGeneration } = held;
  return {
    accessKeys: [...accessKeys],
    ...factorFields(factors),
    ...(signingCertificates.length > 0 && { signingCertificates: [...signingCertificates] }),
    ...(recoveryCodes !== undefined && { recoveryCodes }),
    ...(mustEnrolSince !== undefined && { mustEnrolSince }),
    ...(passwordLastUsedAt !== undefined && { passwordLastUsedAt }),
    ...(loginGeneration !== 0 && { loginGeneration }),
  };
}

function factorsOf({ mfaDevices, passkeys = [] }: Pick<User, 'mfaDevices' | 'passkeys'>): readonly Factor[] {
  return [
    ...mfaDevices.map((device) => ({ kind: 'totp', ...device }) as const),
    ...passkeys.map((passkey) => ({ kind: 'passkey', ...passkey }) as const),
  ];
}

function factorFields(factors: readonly Factor[]): Pick<User, 'mfaDevices' | 'passkeys'> {
  const mfaDevices: EnabledMfaDevice[] = [];
  const passkeys: Passkey[] = [];
  for (const { kind, ...stored } of factors) {
    if (kind === 'totp') mfaDevices.push(stored as EnabledMfaDevice);
    else passkeys.push(stored as Passkey);
  }
  return { mfaDevices, ...(passkeys.length > 0 && { passkeys }) };
}

function passwordOf({ passwordHash: hash, ...profile }: LoginProfile): StoredPassword {
  return { hash, ...profile };
}

function profileOf({
  hash,
  createdAt,
  changedAt,
  resetRequired,
  isPasswordless,
  formerHashes,
}: StoredPassword): LoginProfile {
  const profile = { passwordHash: hash, createdAt, changedAt, resetRequired, formerHashes: [...formerHashes] };
  return isPasswordless === true ? { ...profile, isPasswordless } : profile;
}

/** The tag that holds an IAM user's e-mail address. Administrators set it with IAM's own operations. */
const EMAIL_TAG = 'email';
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function emailOf(tags: User['tags']): string | undefined {
  const value = tags.find(({ key }) => key.toLowerCase() === EMAIL_TAG)?.value;
  return value !== undefined && EMAIL.test(value) ? value : undefined;
}

const ROOT_USERS = accessTo<Account>({
  collection: accounts.name,
  open: (store) => store.accounts,
  keyOf: ({ accountId }) => [accountId],
  indexes: { accessKeyId: 'byRootAccessKeyId', email: 'byRootEmail', credentialId: 'byRootPasskey' },
  read: rootHolder,
  write: withRootCredentials,
});

const IAM_USERS = accessTo<User>({
  collection: users.name,
  open: (store) => store.users,
  keyOf: ({ accountId, subject }) => [accountId, subject],
  indexes: { accessKeyId: 'byAccessKeyId', email: 'byEmail', credentialId: 'byPasskey' },
  read: userHolder,
  write: withUserCredentials,
});

/** Both kinds of holder. If one of each has the same e-mail address, the root user wins. */
export const HOLDERS: readonly HolderAccess[] = [ROOT_USERS, IAM_USERS];

/** Access to the kind of holder that an id names. */
export function accessOf({ accountId, subject }: HolderId): HolderAccess {
  return subject === accountId ? ROOT_USERS : IAM_USERS;
}
