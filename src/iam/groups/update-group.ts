import { UpdateGroup$, type UpdateGroupCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';

/** UpdateGroup: gives a group another name or path. */
export function updateGroup(deps: IamDependencies) {
  return renameOperation(deps, {
    schema: UpdateGroup$,
    kind: groupKind,
    renaming: (input: Decoded<UpdateGroupCommandInput>) => ({
      name: input.GroupName,
      newName: input.NewGroupName,
      newPath: input.NewPath,
    }),
  });
}
