import {
  ListGroupsForUser$,
  type ListGroupsForUserCommandInput,
  type ListGroupsForUserResponse,
} from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { listGroupsForUser as groupsOfUser } from '../../identity/groups/membership.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';
import { listedGroup } from './group-output.ts';

/** ListGroupsForUser: the groups that a user is in. */
export function listGroupsForUser(deps: IamDependencies) {
  return holderOperation<Decoded<ListGroupsForUserCommandInput>, ListGroupsForUserResponse, User>(deps, {
    schema: ListGroupsForUser$,
    readOnly: true,
    kind: userKind,
    name: (input) => input.UserName,
    async handle({ input, holder }) {
      const page = await groupsOfUser(deps.store, holder, pageRequest(input));
      return { Groups: page.items.map(listedGroup), ...truncation(page) };
    },
  });
}
