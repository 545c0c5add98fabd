import type { StaticOperationSchema } from '@smithy/types';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { USER } from '../resource-kinds.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { type UserOrCallerOperation, userOrCallerOperation } from '../users/user-or-caller-operation.ts';

interface OwnerContext<Input> {
  readonly input: Input;
  readonly holder: CredentialHolder;
  /** A user's name; for the root user, the account id. */
  readonly ownerName: string;
  /** The unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly caller: Caller;
  readonly now: number;
}

/** An operation on a user's devices. Without a user name, it applies to the caller, who may be the root user. */
interface OwnerOperation<Input, Output> extends Pick<UserOrCallerOperation<Input, Output>, 'givesWayIn'> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: OwnerContext<Input>): Output | Promise<Output>;
}

/** The name by which the root user may refer to itself where AWS's wire shapes require a name, unless a user has that name. */
const ROOT_NAME = 'root';

/** The effective user name; `undefined` if the root user refers to itself. */
async function userNameOf(
  { store }: Pick<IamDependencies, 'store'>,
  userName: string | undefined,
  { type, accountId }: Caller,
): Promise<string | undefined> {
  if (type !== 'Account' || userName !== ROOT_NAME) return userName;
  return (await USER.find(store, { accountId, name: userName })) === undefined ? undefined : userName;
}

/** The part that all operations on the devices of a user or the root user share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store' | 'protection' | 'sendsMail'>,
  { handle, ...operation }: OwnerOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return userOrCallerOperation<Input, Output>(deps, {
    ...operation,
    userName: ({ UserName }, caller) => userNameOf(deps, UserName, caller),
    handle({ input, call: { now, caller }, holder }) {
      const callerId = caller.type === 'Account' ? caller.accountId : caller.uniqueId;
      return handle({ input, holder, ownerName: holder.userName ?? holder.accountId, callerId, caller, now });
    },
  });
}
