import { DeleteGroup$, type DeleteGroupCommandInput } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { deleteGroup as removeGroup } from '../../identity/groups/delete-group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** DeleteGroup: deletes a group that has nothing left. */
export function deleteGroup(deps: IamDependencies) {
  return holderOperation<Decoded<DeleteGroupCommandInput>, NoOutput, Group>(deps, {
    schema: DeleteGroup$,
    readOnly: false,
    kind: groupKind,
    name: (input) => input.GroupName,
    async handle({ holder }) {
      await removeGroup(deps.store, holder);
      return {};
    },
  });
}
