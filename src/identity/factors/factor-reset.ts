import { ServiceError } from '../../kernel/service-error.ts';
import type { HolderId } from '../credentials/credential-holder.ts';
import type { User } from '../documents/user.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** How long after the waiting period an announced reset may be carried out, in ms. After that it must be announced again. */
const STAYS_OPEN = 7 * 24 * 60 * 60_000;

interface FactorReset {
  readonly holder: HolderId;
  /** How long the person has to object, in ms. */
  readonly waitMs: number;
  readonly now: number;
}

/**
 * Lets an administrator remove a person's factor only after a waiting period. The first call announces it: the person is told by mail, and
 * can withdraw it ("this wasn't me"). Calls after the waiting period pass.
 * @throws {ServiceError} EntityTemporarilyUnmodifiable, with the time from which on the call will pass.
 */
export async function awaitFactorReset(
  store: Pick<IdentityStore, 'users'>,
  { holder: { accountId, subject }, waitMs, now }: FactorReset,
): Promise<void> {
  const user = await store.users.update([accountId, subject], (old) => {
    const askedAt = old.factorReset?.askedAt;
    const isOpen = askedAt !== undefined && now < askedAt + waitMs + STAYS_OPEN;
    return isOpen ? old : { ...old, factorReset: { askedAt: now } };
  });
  const from = (user?.factorReset?.askedAt ?? now) + waitMs;
  if (now >= from) return;
  throw new ServiceError(
    IAM_ERRORS.EntityTemporarilyUnmodifiable,
    `The person has been told that this device will be removed, and can object. Call again after ${new Date(from).toISOString()}.`,
  );
}

/** The user without an announced reset. */
export function withoutFactorReset({ factorReset: _announced, ...user }: User): User {
  return user;
}
