import type { LoginOrigin } from './login-origin.ts';

/**
 * Counts the events that end all logins of a person: setting, changing or removing a password, adding or removing a factor, and signing out
 * everywhere. Sessions, codes and tokens carry the number from the time the password was entered, and are valid while it is unchanged.
 * Unlike a clock, a counter orders events within one second.
 */
export interface HasLogins {
  /** Absent until something ends the logins for the first time. */
  readonly loginGeneration?: number | undefined;
}

/** The login that something was issued for. */
export interface LoginStamp {
  /** The person's id for apps: see `Person.subject`. */
  readonly subject: string;
  readonly generation: number;
  /** Absent for a login with a password. */
  readonly origin?: LoginOrigin | undefined;
}

/** The current generation of a person's logins. */
export function generationOf({ loginGeneration = 0 }: HasLogins): number {
  return loginGeneration;
}

/** Returns the holder with all logins so far ended. Write it in the same step as the change that causes this. */
export function withLoginsEnded<Holder extends HasLogins>(holder: Holder): Holder & { loginGeneration: number } {
  return { ...holder, loginGeneration: generationOf(holder) + 1 };
}
