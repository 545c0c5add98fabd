import type { Target } from '../../authorize/target.ts';
import type { User } from '../../identity/documents/user.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { USER } from './user-resource.ts';

/**
 * What a new way to sign in as a user also asks for: IAM's permission to give it a password, or to change the one that it has. A policy that
 * keeps passwords of others away must hold here, too.
 * @param user or the name of one that does not exist.
 */
export function passwordTarget(accountId: string, user: User | string): Target {
  const [name, found] = typeof user === 'string' ? [user, undefined] : [user.userName, user];
  const action = found?.loginProfile === undefined ? 'iam:CreateLoginProfile' : 'iam:UpdateLoginProfile';
  return namedTarget(USER, { action, named: { accountId, name }, found });
}
