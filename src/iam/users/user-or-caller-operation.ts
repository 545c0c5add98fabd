import type { StaticOperationSchema } from '@smithy/types';
import { givingWayIn, isOwn } from '../../authorize/privileged-member.ts';
import type { Target } from '../../authorize/target.ts';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { User } from '../../identity/documents/user.ts';
import { type AddingCall, needsConfirmation } from '../../identity/own-browsers/confirmed-only.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedCall, type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type NamedOrCaller, namedOrCaller, requireHolder } from './named-or-caller.ts';

/** An operation on a user, or on the caller. */
export interface UserOrCallerOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  /** The effective user name, if the one in the input is not meant literally. */
  userName?(input: Input, caller: Caller): Promise<string | undefined>;
  /** @throws {ServiceError} if the input is invalid in a way that the model does not say. */
  check?(input: Input): void;
  /** Further condition keys. */
  keys?(input: Input): NonNullable<Target['conditions']>;
  /** Whether it gives a way in as the user. Default: it does not. See `givingWayIn`. */
  givesWayIn?(input: Input, by: { readonly isOwn: boolean }): boolean;
  /**
   * Whether it makes a credential for the user that outlives the session which makes it. Role sessions of the user's own sign-in with one
   * factor may not. Default: it does not. See `needsConfirmation`.
   */
  makesCredential?(input: Input): boolean;
  handle(context: {
    readonly input: Input;
    readonly call: SignedCall;
    readonly holder: CredentialHolder;
    /** The holder's document, if it is an IAM user. */
    readonly user: User | undefined;
  }): Output | Promise<Output>;
}

/** Only the root user itself can be meant: it has no name. */
const isRoot = ({ holder }: NamedOrCaller): boolean => holder?.kind === 'root';

async function protecting(
  { protection }: Pick<IamDependencies, 'protection'>,
  target: Target,
  subject: NamedOrCaller,
): Promise<Target> {
  if (!isRoot(subject)) return givingWayIn(protection(), target, subject.user);
  const hasPasskey = subject.holder?.factors.some(({ kind }) => kind === 'passkey') === true;
  return hasPasskey ? { ...target, isPrivileged: true } : target;
}

/** @throws {ServiceError} AccessDenied if a stolen password alone may have led to this call. */
function requireConfirmed(
  { sendsMail }: Pick<IamDependencies, 'sendsMail'>,
  { holder, caller }: Omit<AddingCall, 'sendsMail'>,
): void {
  if (!needsConfirmation({ holder, caller, sendsMail })) return;
  throw new ServiceError(
    'AccessDenied',
    'A role session from a sign-in with one factor cannot make credentials for the person who signed in: add a second factor on the page /sign-in/factors, and sign in with it.',
  );
}

/** An operation on a user. Without a user name, it applies to the caller, who may be the root user. */
export function userOrCallerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store' | 'protection' | 'sendsMail'>,
  operation: UserOrCallerOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  const { schema, readOnly } = operation;
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller }) {
      operation.check?.(input);
      const userName = operation.userName ? await operation.userName(input, caller) : input.UserName;
      const { target: plain, subject } = await namedOrCaller(deps, { action: actionOf(schema), userName, caller });
      const target = operation.keys === undefined ? plain : { ...plain, conditions: operation.keys(input) };
      const by = { isOwn: isOwn(caller, subject.user) || isRoot(subject) };
      const gives = operation.givesWayIn?.(input, by) === true;
      return { targets: [gives ? await protecting(deps, target, subject) : target], subject };
    },
    async handle(input, call, subject) {
      const holder = requireHolder(subject);
      if (operation.makesCredential?.(input) === true) requireConfirmed(deps, { holder, caller: call.caller });
      return operation.handle({ input, call, holder, user: subject.user });
    },
  });
}
