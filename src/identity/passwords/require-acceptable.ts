import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { checkPasswordPolicy, type PasswordToCheck } from './password-policy.ts';
import type { Passwords } from './passwords.ts';

const BREACHED = 'Password has appeared in a data breach of another service: choose a different one';

/**
 * Checks a password that a person chose: by the account's policy, the common passwords and the words related to the person, and then by the
 * list of breached passwords, if there is one.
 * @throws {ServiceError} PasswordPolicyViolation, which says what is wrong; ServiceUnavailable if the list has to be asked and cannot be.
 */
export async function requireAcceptable(
  passwords: Pick<Passwords, 'isBreached'>,
  candidate: PasswordToCheck,
): Promise<void> {
  checkPasswordPolicy(candidate);
  if (await passwords.isBreached(candidate.password)) {
    throw new ServiceError(IAM_ERRORS.PasswordPolicyViolation, BREACHED);
  }
}
