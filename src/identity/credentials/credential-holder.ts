import type { AccessKey } from '../documents/access-key.ts';
import type { Tag } from '../documents/entity.ts';
import type { EnabledMfaDevice } from '../documents/mfa-device.ts';
import type { Passkey } from '../documents/passkey.ts';
import type { RecoveryCodes } from '../documents/recovery-codes.ts';
import type { SigningCertificate } from '../documents/signing-certificate.ts';
import type { UserProfile } from '../profile/profile-of.ts';
import type { HeldLink } from './login-origin.ts';

/**
 * Identifies a holder. The subject is permanent: apps, sessions and audit events know the holder by it. It is the account id of a root
 * user, or the unique id (`AIDA…`) of an IAM user, so a user who is later given the same name has a different one.
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
  /** Never true for a root user: no one else may reset its password. */
  readonly resetRequired: boolean;
  /** Whether the holder signs in with a passkey only: nobody knows the password then. Absent if there is one. */
  readonly isPasswordless?: true | undefined;
  /** Hashes of former passwords, newest first. Always empty for a root user, which no account policy applies to. */
  readonly formerHashes: readonly string[];
}

/** An enabled virtual MFA device (TOTP). */
export interface TotpFactor extends EnabledMfaDevice {
  readonly kind: 'totp';
}

/** A passkey or security key. */
export interface PasskeyFactor extends Passkey {
  readonly kind: 'passkey';
}

/** A second factor that a holder has enrolled. Each kind is described by its row in `factors/factor-kinds.ts`. */
export type Factor = TotpFactor | PasskeyFactor;

/** Everything a holder can authenticate with, and the counter that ends its logins. */
export interface HeldCredentials {
  /** Absent if the holder may not sign in to pages. */
  readonly password: StoredPassword | undefined;
  readonly passwordLastUsedAt: number | undefined;
  readonly accessKeys: readonly AccessKey[];
  readonly factors: readonly Factor[];
  readonly recoveryCodes: RecoveryCodes | undefined;
  /** When the holder first signed in while having to enrol a phishing-resistant factor; ms since the epoch. */
  readonly mustEnrolSince: number | undefined;
  readonly signingCertificates: readonly SigningCertificate[];
  /** See `login-generation.ts`. */
  readonly loginGeneration: number;
}

/**
 * The root user of an account, or an IAM user. Passwords, access keys, factors and logins belong to a holder, whatever its kind.
 *
 * The two kinds are stored differently: a root user is part of its account's document, a user has its own document. Only
 * `stored-holders.ts` knows that. All other code finds a holder (`find-credential-holder.ts`) and changes its credentials by
 * compare-and-swap of that one document (`change-credentials.ts`). A limit, a single-use code or the end of all logins is therefore written
 * in the same step as its cause.
 *
 * To add a kind of credential, add a field to {@link HeldCredentials}, and a line to read and write it to both rows in `stored-holders.ts`.
 * The rules then need no special case per kind of holder. `kind` is for the few rules that AWS has for one kind only; for example, a root
 * user has no login profile and no policy restricts it.
 */
export interface CredentialHolder extends HolderId, HeldCredentials {
  readonly kind: 'root' | 'user';
  readonly arn: string;
  /** The name and path of an IAM user; `undefined` for a root user. */
  readonly userName: string | undefined;
  readonly path: string | undefined;
  readonly email: string | undefined;
  /**
   * Whether the address is proven: the user opened a link that was mailed to it, or a provider has verified it, and may. An address that a
   * tag gives, and that of a root user, are not.
   */
  readonly isEmailVerified: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly groupIds: readonly string[];
  /** The full name, as the person's connector gave it, or as it was set here. */
  readonly displayName: string | undefined;
  /** What claims tell of a user. A root user has none. */
  readonly profile?: UserProfile | undefined;
  /** The outside logins by which the holder may sign in, and so needs no password. A root user has none. */
  readonly links: readonly HeldLink[];
  /** From when on the user may not sign in, and nothing issued to it is valid. A root user cannot be disabled. See `documents/user.ts`. */
  readonly disabledFrom: number | undefined;
  /** How many times the user was disabled. */
  readonly timesDisabled: number;
  /** When an administrator announced to remove factors (ms since the epoch). Never of a root user. */
  readonly factorResetAskedAt: number | undefined;
  /** A root user cannot be tagged. */
  readonly tags: readonly Tag[] | undefined;
}

/** Whether the holder must show a second factor in addition to the password. */
export function hasFactor({ factors }: Pick<HeldCredentials, 'factors'>): boolean {
  return factors.length > 0;
}
