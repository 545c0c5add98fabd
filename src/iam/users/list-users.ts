import { ListUsers$, type ListUsersCommandInput, type ListUsersResponse } from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { listedUser } from './user-output.ts';

/** ListUsers: the account's users whose path begins with a prefix, sorted by name. */
export function listUsers(deps: IamDependencies) {
  return listHoldersOperation<Decoded<ListUsersCommandInput>, ListUsersResponse, User>(deps, {
    schema: ListUsers$,
    kind: userKind,
    output: (page) => ({ Users: page.items.map(listedUser), ...truncation(page) }),
  });
}
