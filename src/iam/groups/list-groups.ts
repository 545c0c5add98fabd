import { ListGroups$, type ListGroupsCommandInput, type ListGroupsResponse } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { listedGroup } from './group-output.ts';

/** ListGroups: the account's groups whose path begins with a prefix, sorted by name. */
export function listGroups(deps: IamDependencies) {
  return listHoldersOperation<Decoded<ListGroupsCommandInput>, ListGroupsResponse, Group>(deps, {
    schema: ListGroups$,
    kind: groupKind,
    output: (page) => ({ Groups: page.items.map(listedGroup), ...truncation(page) }),
  });
}
