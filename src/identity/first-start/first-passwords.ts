import { ServiceError } from '../../kernel/service-error.ts';
import { contextWordsOf } from '../passwords/change-password.ts';
import { checkPasswordPolicy } from '../passwords/password-policy.ts';
import { ADMIN_USER_NAME, type FirstAccountWishes } from './first-account-wishes.ts';

/** A password for the first account that the rules reject. */
export interface WeakPassword {
  readonly wish: 'rootPassword' | 'adminPassword';
  /** The reason, without the password. */
  readonly reason: string;
}

/** The first account was not created because the operator's choices were rejected. Nothing is stored. */
export class WeakFirstPasswordsError extends Error {
  readonly passwords: readonly WeakPassword[];

  constructor(passwords: readonly WeakPassword[]) {
    super(`the first account was not created: ${passwords.map(({ wish, reason }) => `${wish}: ${reason}`).join('; ')}`);
    this.passwords = passwords;
  }
}

/** Checks the chosen passwords by the same rules as all later ones. @throws {WeakFirstPasswordsError} */
export function requireStrongPasswords(wishes: FirstAccountWishes): void {
  const { rootEmail: email, accountId = '', accountAlias } = wishes;
  const people = [
    { wish: 'rootPassword', name: 'root', email },
    { wish: 'adminPassword', name: ADMIN_USER_NAME, email: undefined },
  ] as const;
  const weak: WeakPassword[] = [];
  for (const { wish, name, email: own } of people) {
    const password = wishes[wish];
    if (password === undefined) continue;
    const contextWords = contextWordsOf({ name, email: own, accountId, accountAlias });
    try {
      checkPasswordPolicy({ password, policy: undefined, contextWords, hasMfa: false });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      weak.push({ wish, reason: error.message });
    }
  }
  if (weak.length > 0) throw new WeakFirstPasswordsError(weak);
}
