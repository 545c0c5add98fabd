import type { Person } from '../credentials/people.ts';

/** What is still to be done before the person is signed in. `mfa` always comes before `change-password`. */
export type SignInStep = 'mfa' | 'change-password';

/**
 * A password that was shown when a second factor has to come first, since unknown devices guessed too often. It is kept on the server until
 * the code is there: the browser must not learn before whether the password was right.
 */
export interface HeldPassword {
  /** What the attempt named, hashed. */
  readonly target: string;
  /** The person, but only if the password was right. */
  readonly subject?: string | undefined;
  /** The person's generation of logins then; with the subject. */
  readonly generation?: number | undefined;
}

/**
 * What came of an attempt. `credentials` says nothing of whether there is such a person; `throttled`: too many failures, so that it works
 * again after `waitMs`, and with `held` also if a code is shown now; `expired`: only an administrator may renew the password.
 */
export type SignInResult =
  | {
      readonly outcome: 'passed';
      readonly person: Person;
      /** How the person has proved its identity by this attempt (RFC 8176). */
      readonly amr: readonly string[];
      readonly steps: readonly SignInStep[];
    }
  | SignInRefusal;

export type SignInRefusal =
  | { readonly outcome: 'refused'; readonly reason: 'credentials' | 'expired'; readonly person?: Person }
  | {
      readonly outcome: 'refused';
      readonly reason: 'throttled';
      readonly waitMs: number;
      readonly held?: HeldPassword;
      readonly person?: Person;
    };
