import {
  ListGroupsForUser$,
  type ListGroupsForUserCommandInput,
  type ListGroupsForUserResponse,
} from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { listGroupsForUser } from '../../identity/groups/membership.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { USER } from '../resource-kinds.ts';
import { listedGroup } from './group-output.ts';

/** ListGroupsForUser: the groups that a user belongs to. */
export function listGroupsForUserOperation(deps: IamDependencies) {
  return namedOperation<Decoded<ListGroupsForUserCommandInput>, ListGroupsForUserResponse, User>(deps, {
    schema: ListGroupsForUser$,
    readOnly: true,
    kind: USER,
    name: (input) => input.UserName,
    async handle({ input, found }) {
      const page = await listGroupsForUser(deps.store, found, pageRequest(input));
      return { Groups: page.items.map(listedGroup), ...truncation(page) };
    },
  });
}
