import { ServiceError } from '../../kernel/service-error.ts';
import { contextWordsOf } from '../passwords/change-password.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { requireAcceptable } from '../passwords/require-acceptable.ts';
import { ADMIN_USER_NAME, type FirstAccountSettings } from './first-account-settings.ts';

/** A password for the first account that the rules reject. */
export interface WeakPassword {
  readonly setting: 'rootPassword' | 'adminPassword';
  /** The reason, without the password. */
  readonly reason: string;
}

/** The first account was not created because the operator's choices were rejected. Nothing is stored. */
export class WeakFirstPasswordsError extends Error {
  readonly passwords: readonly WeakPassword[];

  constructor(passwords: readonly WeakPassword[]) {
    super(
      `the first account was not created: ${passwords.map(({ setting, reason }) => `${setting}: ${reason}`).join('; ')}`,
    );
    this.passwords = passwords;
  }
}

/** Checks the chosen passwords by the same rules as all later ones. @throws {WeakFirstPasswordsError} */
export async function requireStrongPasswords(
  passwords: Pick<Passwords, 'isBreached'>,
  settings: FirstAccountSettings,
): Promise<void> {
  const { rootEmail: email, accountId = '', accountAlias } = settings;
  const people = [
    { setting: 'rootPassword', name: 'root', email },
    { setting: 'adminPassword', name: ADMIN_USER_NAME, email: undefined },
  ] as const;
  const weak: WeakPassword[] = [];
  for (const { setting, name, email: own } of people) {
    const password = settings[setting];
    if (password === undefined) continue;
    const contextWords = contextWordsOf({ name, email: own, accountId, accountAlias });
    try {
      await requireAcceptable(passwords, { password, policy: undefined, contextWords, hasMfa: false });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      weak.push({ setting, reason: error.message });
    }
  }
  if (weak.length > 0) throw new WeakFirstPasswordsError(weak);
}
