import { GetUser$, type GetUserCommandInput, type GetUserResponse, type User as UserOutput } from '@aws-sdk/client-iam';
import { rootArn } from '../../kernel/arn.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { userOrCallerOperation } from './user-or-caller-operation.ts';
import { userOutput } from './user-output.ts';

/** GetUser: a user; without a name, the caller, who may be the root user. */
export function getUserOperation(deps: IamDependencies) {
  return userOrCallerOperation<Decoded<GetUserCommandInput>, GetUserResponse>(deps, {
    schema: GetUser$,
    readOnly: true,
    async handle({ found }) {
      return { User: found.type === 'user' ? userOutput(found.user) : await rootOutput(deps, found.accountId) };
    },
  });
}

/** The root user has neither name nor path. */
async function rootOutput({ store }: IamDependencies, accountId: string): Promise<UserOutput> {
  const account = await store.accounts.get([accountId]);
  const lastUsed = account?.root.passwordLastUsedAt;
  return {
    Path: undefined,
    UserName: undefined,
    UserId: accountId,
    Arn: rootArn(accountId),
    CreateDate: new Date(account?.createdAt ?? 0),
    ...(lastUsed === undefined ? {} : { PasswordLastUsed: new Date(lastUsed) }),
  };
}
