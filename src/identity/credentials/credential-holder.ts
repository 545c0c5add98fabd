import type { AccessKey } from '../documents/access-key.ts';
import type { Tag } from '../documents/entity.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';

/**
 * Which holder is meant. The subject is what apps, sessions and audit events know the holder by, for good: the account id of a root user,
 * the unique id (`AIDA…`) of an IAM user. A user who is later given the same name has another.
 */
export interface HolderId {
  readonly accountId: string;
  readonly subject: string;
}

/** Times are milliseconds since the epoch. */
export interface StoredPassword {
  /** An argon2id hash in PHC form. */
  readonly hash: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Never of a root user: nobody else may reset its password. */
  readonly resetRequired: boolean;
  /** Hashes of former passwords, newest first; none of a root user, whom no account's policy binds. */
  readonly formerHashes: readonly string[];
}

/** A virtual MFA device (TOTP) that is enabled. */
export interface TotpFactor extends EnabledMfaDevice {
  readonly kind: 'totp';
}

/** A second factor that a holder has enrolled. What there is to know of a kind stands in its row (`factors/factor-kinds.ts`). */
export type Factor = TotpFactor;

/** All that a holder proves its identity with, and what ends its logins. */
export interface HeldCredentials {
  /** Absent if the holder may not sign in to pages. A root user always has one. */
  readonly password: StoredPassword | undefined;
  readonly passwordLastUsedAt: number | undefined;
  readonly accessKeys: readonly AccessKey[];
  readonly factors: readonly Factor[];
  /** See `login-generation.ts`. */
  readonly loginGeneration: number;
}

/**
 * Someone who holds credentials: the root user of an account, or an IAM user. This is the one answer to "whose is it?": passwords, access
 * keys, factors and logins hang on a holder, whatever its kind.
 *
 * The two kinds are stored apart: a root user is a part of its account's document, a user has a document of its own. Only
 * `stored-holders.ts` knows that. Everything else finds a holder (`find-credential-holder.ts`) and changes what it holds under
 * compare-and-swap of that one document (`change-credentials.ts`), so that a limit, a single-use code or the end of all logins is written
 * in one step with what causes it.
 *
 * To add a kind of credential, give {@link HeldCredentials} a field and each of the two rows in `stored-holders.ts` a line to read and
 * write it. The rules then need no case for the kind of holder; `kind` is for those few that AWS has for one kind alone, such as that a
 * root user has no login profile and no policy that binds it.
 */
export interface CredentialHolder extends HolderId, HeldCredentials {
  readonly kind: 'root' | 'user';
  readonly arn: string;
  /** The name and path of an IAM user; a root user has neither. */
  readonly userName: string | undefined;
  readonly path: string | undefined;
  readonly email: string | undefined;
  /** Ms since the epoch. */
  readonly createdAt: number;
  readonly groupIds: readonly string[];
  /** A root user cannot be tagged. */
  readonly tags: readonly Tag[] | undefined;
}

/** Whether the holder must show a second factor beside the password. */
export function hasFactor({ factors }: Pick<HeldCredentials, 'factors'>): boolean {
  return factors.length > 0;
}
