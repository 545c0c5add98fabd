import { DeleteInstanceProfile$, type DeleteInstanceProfileRequest } from '@aws-sdk/client-iam';
import { deleteInstanceProfile as removeInstanceProfile } from '../../identity/instance-profiles/manage-instance-profiles.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { instanceProfileOperation } from './instance-profile-operation.ts';

export function deleteInstanceProfile(deps: IamDependencies) {
  return instanceProfileOperation<Decoded<DeleteInstanceProfileRequest>, NoOutput>(deps, {
    schema: DeleteInstanceProfile$,
    readOnly: false,
    async handle({ profile }) {
      await removeInstanceProfile(deps.store, profile);
      return {};
    },
  });
}
