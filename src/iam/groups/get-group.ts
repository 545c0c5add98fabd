import { GetGroup$, type GetGroupCommandInput, type GetGroupResponse } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { listUsersInGroup } from '../../identity/groups/membership.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';
import { listedUser } from '../users/user-output.ts';
import { listedGroup } from './group-output.ts';

/** GetGroup: a group and the users in it. */
export function getGroup(deps: IamDependencies) {
  return holderOperation<Decoded<GetGroupCommandInput>, GetGroupResponse, Group>(deps, {
    schema: GetGroup$,
    readOnly: true,
    kind: groupKind,
    name: (input) => input.GroupName,
    async handle({ input, holder }) {
      const page = await listUsersInGroup(deps.store, holder, pageRequest(input));
      return { Group: listedGroup(holder), Users: page.items.map(listedUser), ...truncation(page) };
    },
  });
}
