import type { StaticOperationSchema } from '@smithy/types';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { USER } from '../resource-kinds.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { userOrCallerOperation } from '../users/user-or-caller-operation.ts';

interface OwnerContext<Input> {
  readonly input: Input;
  readonly holder: CredentialHolder;
  /** A user's name; of the root user, the account's id. */
  readonly ownerName: string;
  /** The unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly now: number;
}

/** An operation on the devices of a user; without a user name, of the caller, who may be the root user. */
interface OwnerOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: OwnerContext<Input>): Output | Promise<Output>;
}

/** By this name the root user may mean itself where AWS's wire shapes require a name, unless there is a user called so. */
const ROOT_NAME = 'root';

/** The user name that counts as given: none if the root user means itself. */
async function userNameOf(
  { store }: Pick<IamDependencies, 'store'>,
  userName: string | undefined,
  { type, accountId }: Caller,
): Promise<string | undefined> {
  if (type !== 'Account' || userName !== ROOT_NAME) return userName;
  return (await USER.find(store, { accountId, name: userName })) === undefined ? undefined : userName;
}

/** What the operations on a user's or the root user's devices share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, readOnly, handle }: OwnerOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return userOrCallerOperation<Input, Output>(deps, {
    schema,
    readOnly,
    userName: ({ UserName }, caller) => userNameOf(deps, UserName, caller),
    handle({ input, call: { now, caller }, holder }) {
      const callerId = caller.type === 'Account' ? caller.accountId : caller.uniqueId;
      return handle({ input, holder, ownerName: holder.userName ?? holder.accountId, callerId, now });
    },
  });
}
