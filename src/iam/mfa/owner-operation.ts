import type { StaticOperationSchema } from '@smithy/types';
import type { EnabledMfaDevice } from '../../identity/documents/mfa-device.ts';
import { devicesOf, type MfaOwner } from '../../identity/factors/mfa-owner.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';
import { type NamedOrCaller, namedOrCaller, requireSomebody } from '../users/named-or-caller.ts';

interface OwnerContext<Input> {
  readonly input: Input;
  readonly owner: MfaOwner;
  /** A user's name; of the root user, the account's id. */
  readonly ownerName: string;
  readonly devices: readonly EnabledMfaDevice[];
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

async function ownerOf(
  deps: Pick<IamDependencies, 'store'>,
  about: { readonly action: string; readonly userName: string | undefined; readonly caller: Caller },
) {
  const named = await namedOrCaller(deps, about);
  const isSelf = about.caller.type === 'Account' && about.userName === ROOT_NAME;
  const isNobody = named.subject.type === 'user' && named.subject.user === undefined;
  return isSelf && isNobody ? namedOrCaller(deps, { ...about, userName: undefined }) : named;
}

/** The phases that the operations on somebody's devices share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, readOnly, handle }: OwnerOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return signedOperation({
    schema,
    readOnly,
    async authorize({ UserName }, { caller }) {
      const { target, subject } = await ownerOf(deps, { action: actionOf(schema), userName: UserName, caller });
      return { targets: [target], subject };
    },
    async handle(input, { now, caller }, subject) {
      const { accountId } = caller;
      const callerId = caller.type === 'Account' ? accountId : caller.uniqueId;
      const found = requireSomebody(subject);
      const owner: MfaOwner =
        found.type === 'root' ? { type: 'Account', accountId } : { type: 'User', accountId, userId: found.user.userId };
      const ownerName = found.type === 'root' ? accountId : found.user.userName;
      const devices = (await devicesOf(deps.store, owner)) ?? [];
      return handle({ input, owner, ownerName, devices, callerId, now });
    },
  });
}
