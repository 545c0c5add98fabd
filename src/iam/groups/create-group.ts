import { CreateGroup$, type CreateGroupCommandInput, type CreateGroupResponse } from '@aws-sdk/client-iam';
import { createGroup } from '../../identity/groups/create-group.ts';
import { signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { creationTarget } from '../policy-holders/creation-target.ts';
import { listedGroup } from './group-output.ts';

export function createGroupOperation(deps: IamDependencies) {
  return signedOperation<Decoded<CreateGroupCommandInput>, CreateGroupResponse, undefined>({
    schema: CreateGroup$,
    readOnly: false,
    authorize: ({ GroupName, Path }, { caller: { accountId } }) =>
      creationTarget(CreateGroup$, accountId, { type: 'group', name: GroupName, path: Path }),
    async handle({ GroupName, Path }, { caller: { accountId }, now }) {
      return { Group: listedGroup(await createGroup(deps, { accountId, groupName: GroupName, path: Path, now })) };
    },
  });
}
