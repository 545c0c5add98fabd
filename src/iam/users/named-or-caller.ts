import type { Target } from '../../authorize/target.ts';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import { findCredentialHolder } from '../../identity/credentials/find-credential-holder.ts';
import { userHolder } from '../../identity/credentials/stored-holders.ts';
import type { User } from '../../identity/documents/user.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { rootArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedTarget, resourceTarget } from '../../operations/named-operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { USER } from '../resource-kinds.ts';

/** The person that an optional user name refers to: a user, or the account's root user. */
export interface NamedOrCaller {
  readonly name: string;
  /** `undefined` if there is no user of that name. */
  readonly holder: CredentialHolder | undefined;
  /** The holder's document, if it is an IAM user. */
  readonly user?: User | undefined;
}

/**
 * The person that an operation with an optional user name is about (without a name, the caller), and the target to authorise.
 * @throws {ServiceError} ValidationError if a role session gives no user name [aws-behaviour 11].
 */
export async function namedOrCaller(
  { store }: Pick<IamDependencies, 'store'>,
  { action, userName, caller }: { action: string; userName: string | undefined; caller: Caller },
): Promise<{ target: Target; subject: NamedOrCaller }> {
  const { accountId } = caller;
  if (userName === undefined && caller.type === 'Account') {
    const target = { action, resource: rootArn(accountId), resourceAccountId: accountId };
    const holder = await findCredentialHolder(store, { accountId, subject: accountId });
    return { target, subject: { name: accountId, holder } };
  }
  if (userName === undefined && caller.type !== 'User') {
    throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials');
  }
  const own = userName === undefined && caller.type === 'User' ? caller : undefined;
  const user = own
    ? await store.users.get([accountId, own.uniqueId])
    : await USER.find(store, { accountId, name: userName ?? '' });
  const name = own?.userName ?? userName ?? '';
  const target = (own ? resourceTarget : namedTarget)(USER, { action, named: { accountId, name }, found: user });
  return { target, subject: { name, holder: user && userHolder(user), user } };
}

/** @throws {ServiceError} NoSuchEntity if the user does not exist. */
export function requireHolder({ name, holder }: NamedOrCaller): CredentialHolder {
  if (!holder) throw USER.notFound(name);
  return holder;
}
