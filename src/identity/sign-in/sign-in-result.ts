import type { Person } from '../credentials/people.ts';
import type { CeremonyFault } from '../passkeys/ceremony-fault.ts';

/**
 * A step that remains before the person is signed in. `mfa` always comes before `change-password`; what the sign-in policy demands comes
 * between them: to show a passkey (`strong-factor`), to add a factor (`enrol-factor`), or nothing that the person could do (`refused`).
 */
export type SignInStep = OrdinaryStep | 'strong-factor' | 'enrol-factor' | 'refused';

/** A step that does not depend on the sign-in policy. */
export type OrdinaryStep = 'mfa' | 'change-password';

/**
 * A password that was entered while a second factor must come first, because unknown devices guessed too often. The server keeps it until
 * the code arrives: before that, the browser must not learn whether the password was correct.
 */
export interface HeldPassword {
  /** The name that the attempt used, hashed. */
  readonly target: string;
  /** The person; only if the password was correct. */
  readonly subject?: string | undefined;
  /** The person's login generation at that time; present together with the subject. */
  readonly generation?: number | undefined;
}

/**
 * The result of an attempt.
 * - `credentials` does not reveal whether the person exists.
 * - `throttled`: too many failures. Try again after `waitMs`; with `held`, showing a code also works now.
 * - `disabled`: only an administrator can enable the person again. Never the answer to a wrong password.
 * - `expired`: only an administrator can set a new password.
 */
export type SignInResult =
  | {
      readonly outcome: 'passed';
      readonly person: Person;
      /** How the person authenticated in this attempt (RFC 8176). */
      readonly amr: readonly string[];
      readonly steps: readonly OrdinaryStep[];
      /** The failures that counted against this attempt; default: none. */
      readonly failures?: number;
      /** Set if the person used up a recovery code. */
      readonly recoveryCodesLeft?: number;
    }
  | SignInRefusal;

export type SignInRefusal =
  | { readonly outcome: 'refused'; readonly reason: 'credentials' | 'expired' | 'disabled'; readonly person?: Person }
  | {
      readonly outcome: 'refused';
      readonly reason: 'passkey';
      /** Which check of the passkey failed. */
      readonly fault: CeremonyFault;
      readonly person?: Person;
    }
  | {
      readonly outcome: 'refused';
      readonly reason: 'throttled';
      readonly waitMs: number;
      readonly held?: HeldPassword;
      readonly person?: Person;
    };
