import type { AccessKey } from '../documents/access-key.ts';
import type { Account, StoredCredentialPolicy } from '../documents/account.ts';
import type { LoginProfile, User } from '../documents/user.ts';

const DAY = 24 * 60 * 60_000;

/** When access keys were last used. */
export interface LastUses {
  /** @returns the time in ms since the epoch; `undefined` if the key was never used. */
  lastUse(accessKeyId: string): Promise<{ readonly at: number } | undefined>;
}

/** The rule of a credential policy that a credential breaks, or soon will. */
export type DueReason = 'age' | 'unused' | 'temporary-only';

/** A credential that a policy makes inactive. Times are in ms since the epoch. */
export interface DueCredential {
  readonly kind: 'access-key' | 'password';
  /** Absent for a password. */
  readonly accessKeyId?: string;
  readonly reason: DueReason;
  /** How many days the rule allows. Absent for `temporary-only`, which allows none. */
  readonly days?: number;
  /** When the rule is broken. */
  readonly dueAt: number;
  /** When the holder was warned; absent if that has not happened yet. */
  readonly warnedAt?: number;
}

interface Looking {
  readonly lastUsed: LastUses;
  /** Credentials that are due by then, in ms since the epoch. */
  readonly until: number;
  /** Whether a password is no use any more: see {@link endedByAge}. */
  readonly isOver?: ((password: LoginProfile) => boolean) | undefined;
}

/**
 * Tells whether a password has expired so that only an administrator can replace it (`HardExpiry`). It stays so: without a password, a
 * passkey alone would let its user in again.
 */
export function endedByAge({ passwordPolicy }: Pick<Account, 'passwordPolicy'>, now: number) {
  const { hardExpiry, maxPasswordAge = 0 } = passwordPolicy ?? {};
  return ({ changedAt }: LoginProfile): boolean =>
    hardExpiry === true && maxPasswordAge > 0 && now - changedAt > maxPasswordAge * DAY;
}

type Holder = Pick<User, 'accessKeys' | 'loginProfile' | 'passwordLastUsedAt' | 'tags'>;

/** Whether a tag of the user exempts them from the policy. Keys and values are compared as they are written. */
export function isExempt({ tags }: Pick<User, 'tags'>, { exempt }: StoredCredentialPolicy): boolean {
  if (exempt === undefined) return false;
  return tags.some(({ key, value }) => key === exempt.key && (exempt.value === undefined || value === exempt.value));
}

/**
 * The active credentials of a user that the policy makes inactive by `until`, for the rule that each breaks first. Inactive keys, and users
 * without a password of their own, have nothing to lose.
 */
export async function dueCredentials(
  user: Holder,
  policy: StoredCredentialPolicy,
  { lastUsed, until, isOver = () => false }: Looking,
): Promise<readonly DueCredential[]> {
  if (isExempt(user, policy)) return [];
  const keys = await Promise.all(user.accessKeys.map((key) => dueKey(key, policy, lastUsed)));
  return [...keys, duePassword(user, policy, isOver)].filter(
    (due) => due !== undefined && due.dueAt <= until,
  ) as DueCredential[];
}

async function dueKey(
  key: AccessKey,
  policy: StoredCredentialPolicy,
  { lastUse }: LastUses,
): Promise<DueCredential | undefined> {
  if (key.status !== 'Active') return undefined;
  const { accessKeyMaxAge, accessKeyUnused, temporaryOnly } = policy;
  const { accessKeyId, createdAt, activatedAt = 0 } = key;
  const warnedAt = standingWarning(key.warnedAt, policy);
  const about = { kind: 'access-key', accessKeyId, ...(warnedAt !== undefined && { warnedAt }) } as const;
  if (temporaryOnly) return { ...about, reason: 'temporary-only', dueAt: Math.max(createdAt, policy.updatedAt) };
  const byAge =
    accessKeyMaxAge === undefined
      ? undefined
      : ({ ...about, reason: 'age', days: accessKeyMaxAge, dueAt: createdAt + accessKeyMaxAge * DAY } as const);
  if (accessKeyUnused === undefined) return byAge;
  const used = Math.max(createdAt, activatedAt, (await lastUse(accessKeyId))?.at ?? 0);
  const byUse = { ...about, reason: 'unused', days: accessKeyUnused, dueAt: used + accessKeyUnused * DAY } as const;
  return byAge !== undefined && byAge.dueAt <= byUse.dueAt ? byAge : byUse;
}

function duePassword(
  { loginProfile, passwordLastUsedAt = 0 }: Holder,
  policy: StoredCredentialPolicy,
  isOver: NonNullable<Looking['isOver']>,
): DueCredential | undefined {
  const { passwordUnused } = policy;
  if (loginProfile === undefined || loginProfile.isPasswordless || passwordUnused === undefined) return undefined;
  if (isOver(loginProfile)) return undefined;
  const { changedAt } = loginProfile;
  const warnedAt = standingWarning(loginProfile.warnedAt, policy);
  return {
    kind: 'password',
    reason: 'unused',
    days: passwordUnused,
    dueAt: Math.max(changedAt, passwordLastUsedAt) + passwordUnused * DAY,
    ...(warnedAt !== undefined && { warnedAt }),
  };
}

/** A warning, unless it was given before the policy was enforced: under a former one, or until it was only reported for a time. */
export function standingWarning(
  warnedAt: number | undefined,
  { enforcedSince = 0 }: StoredCredentialPolicy,
): number | undefined {
  return warnedAt !== undefined && warnedAt >= enforcedSince ? warnedAt : undefined;
}

/**
 * When a due credential is made inactive: never before the holder has been warned for as long as the policy says.
 * @param now counts as the warning if there was none.
 */
export function endsAt({ dueAt, warnedAt }: DueCredential, { warnDays }: StoredCredentialPolicy, now: number): number {
  return Math.max(dueAt, (warnedAt ?? now) + warnDays * DAY);
}

/** Until when the credentials of a round are looked at: those that are due by then are warned of. */
export function warningEdge({ warnDays }: StoredCredentialPolicy, now: number): number {
  return now + warnDays * DAY;
}
