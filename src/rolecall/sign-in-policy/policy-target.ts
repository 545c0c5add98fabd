import type { Target } from '../../authorize/target.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';

/** The sign-in policy of an account, as what permissions are checked on. */
export function policyTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  const resource = rolecallArn(accountId, 'sign-in-policy');
  return { action: actionOf(schema), resource, resourceAccountId: accountId };
}
