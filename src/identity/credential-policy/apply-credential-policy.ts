import { mapWithPauses } from '../../kernel/pause.ts';
import type { Account, StoredCredentialPolicy } from '../documents/account.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import {
  type DueCredential,
  dueCredentials,
  endedByAge,
  endsAt,
  isExempt,
  type LastUses,
  standingWarning,
  warningEdge,
} from './due-credentials.ts';

const USERS_AT_A_TIME = 100;

interface RoundDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly lastUsed: LastUses;
  /** A hash of a password that nobody knows. */
  readonly unknownPasswordHash: () => Promise<string>;
  /** Ends the round before the next users. */
  readonly signal: AbortSignal;
  /** Called after the store has it, once for each credential. */
  readonly warned: (user: User, due: DueCredential, at: number) => void;
  readonly ended: (user: User, due: DueCredential) => void;
}

/**
 * Warns the holders of credentials that the policy is about to make inactive, and makes those inactive whose holders have been warned for
 * long enough. A policy that is not enforced changes nothing. Several processes may do so at once. Stops when the policy is changed or
 * removed meanwhile: an administrator who sees it do harm can end that at once.
 * @returns how many credentials break a rule now.
 * @throws what went wrong with a user, after the others; the reason of the signal.
 */
export async function applyCredentialPolicy(
  deps: RoundDependencies,
  { account, policy, now }: { account: Account; policy: StoredCredentialPolicy; now: number },
): Promise<number> {
  let count = 0;
  const isOver = endedByAge(account, now);
  const faults: unknown[] = [];
  for (let after: string | undefined, isMore = true; isMore; ) {
    deps.signal.throwIfAborted();
    const current = (await deps.store.accounts.get([account.accountId]))?.credentialPolicy;
    if (current?.updatedAt !== policy.updatedAt) break;
    const page = await deps.store.users.find('byName', [account.accountId], {
      limit: USERS_AT_A_TIME,
      ...(after !== undefined && { after }),
    });
    const counts = await mapWithPauses(page.items, (user) =>
      applyTo(user, { policy, now, isOver }, deps).catch((fault: unknown) => {
        faults.push(fault);
        return 0;
      }),
    );
    count += counts.reduce((sum, broken) => sum + broken, 0);
    after = page.next;
    isMore = after !== undefined;
  }
  if (faults.length > 0) throw faults[0];
  return count;
}

interface Applying {
  readonly policy: StoredCredentialPolicy;
  readonly now: number;
  readonly isOver: ReturnType<typeof endedByAge>;
}

async function applyTo(user: User, { policy, now, isOver }: Applying, deps: RoundDependencies): Promise<number> {
  const { lastUsed } = deps;
  const due = await dueCredentials(user, policy, { lastUsed, until: warningEdge(policy, now), isOver });
  const broken = due.filter(({ dueAt }) => dueAt <= now).length;
  if (!policy.isEnforced || (due.length === 0 && !isWarned(user))) return broken;
  const ending = due.filter(
    (credential) => credential.warnedAt !== undefined && endsAt(credential, policy, now) <= now,
  );
  const warning = due.filter(({ warnedAt }) => warnedAt === undefined);
  if (ending.length === 0 && warning.length === 0 && due.length === warningsOf(user)) return broken;
  const hash = ending.some(({ kind }) => kind === 'password') ? await deps.unknownPasswordHash() : undefined;
  let hadBefore = user;
  const after = await deps.store.users.update([user.accountId, user.userId], (found) => {
    hadBefore = found;
    return withPolicyApplied(found, { seen: user, policy, due, ending, now, hash });
  });
  if (after === undefined) return broken;
  for (const credential of ending)
    if (!hasEnded(hadBefore, credential) && hasEnded(after, credential)) deps.ended(after, credential);
  for (const credential of warning) {
    const before = standingWarning(warningOf(hadBefore, credential), policy);
    if (before === undefined && warningOf(after, credential) === now) {
      deps.warned(after, credential, endsAt({ ...credential, warnedAt: now }, policy, now));
    }
  }
  return broken;
}

interface Applied {
  /** The user as it was when the credentials were looked at. */
  readonly seen: User;
  readonly policy: StoredCredentialPolicy;
  readonly due: readonly DueCredential[];
  readonly ending: readonly DueCredential[];
  readonly now: number;
  readonly hash: string | undefined;
}

/** A credential that was used or changed since it was looked at is left to the next round, and so is a user who has become exempt. */
function withPolicyApplied(user: User, { seen, policy, due, ending, now, hash }: Applied): User {
  if (due.length > 0 && isExempt(user, policy)) return user;
  const accessKeys = user.accessKeys.map((key) => {
    const same = seen.accessKeys.find(({ accessKeyId }) => accessKeyId === key.accessKeyId);
    if (same?.status !== key.status || same.activatedAt !== key.activatedAt) return key;
    const isMine = ({ accessKeyId }: DueCredential): boolean => accessKeyId === key.accessKeyId;
    const { warnedAt, ...rest } = key;
    if (ending.some(isMine)) return { ...rest, status: 'Inactive' as const };
    return due.some(isMine) ? { ...rest, warnedAt: standingWarning(warnedAt, policy) ?? now } : rest;
  });
  const { loginProfile } = user;
  if (
    loginProfile === undefined ||
    loginProfile.passwordHash !== seen.loginProfile?.passwordHash ||
    user.passwordLastUsedAt !== seen.passwordLastUsedAt
  ) {
    return { ...user, accessKeys };
  }
  const isPassword = ({ kind }: DueCredential): boolean => kind === 'password';
  const { warnedAt, ...rest } = loginProfile;
  if (hash !== undefined && ending.some(isPassword)) {
    const formerHashes = [loginProfile.passwordHash, ...loginProfile.formerHashes];
    // A reset that was required stays so: otherwise a mailed recovery could undo what an administrator has blocked.
    const ended = { passwordHash: hash, isPasswordless: true, formerHashes } as const;
    return { ...user, accessKeys, loginProfile: { ...rest, ...ended } };
  }
  const warned = { ...rest, warnedAt: standingWarning(warnedAt, policy) ?? now };
  return { ...user, accessKeys, loginProfile: due.some(isPassword) ? warned : rest };
}

const warningsOf = ({ accessKeys, loginProfile }: User): number =>
  [...accessKeys, loginProfile].filter((credential) => credential?.warnedAt !== undefined).length;

const isWarned = (user: User): boolean => warningsOf(user) > 0;

function warningOf({ accessKeys, loginProfile }: User, { accessKeyId }: DueCredential): number | undefined {
  if (accessKeyId === undefined) return loginProfile?.warnedAt;
  return accessKeys.find((key) => key.accessKeyId === accessKeyId)?.warnedAt;
}

function hasEnded({ accessKeys, loginProfile }: User, { accessKeyId }: DueCredential): boolean {
  if (accessKeyId === undefined) return loginProfile?.isPasswordless === true;
  return accessKeys.some((key) => key.accessKeyId === accessKeyId && key.status === 'Inactive');
}
