import { GetGroup$, type GetGroupCommandInput, type GetGroupResponse } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { listUsersInGroup } from '../../identity/groups/membership.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { GROUP } from '../resource-kinds.ts';
import { listedUser } from '../users/user-output.ts';
import { listedGroup } from './group-output.ts';

/** GetGroup: a group and its users. */
export function getGroupOperation(deps: IamDependencies) {
  return namedOperation<Decoded<GetGroupCommandInput>, GetGroupResponse, Group>(deps, {
    schema: GetGroup$,
    readOnly: true,
    kind: GROUP,
    name: (input) => input.GroupName,
    async handle({ input, found }) {
      const page = await listUsersInGroup(deps.store, found, pageRequest(input));
      return { Group: listedGroup(found), Users: page.items.map(listedUser), ...truncation(page) };
    },
  });
}
