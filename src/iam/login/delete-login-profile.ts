import { DeleteLoginProfile$, type DeleteLoginProfileRequest } from '@aws-sdk/client-iam';
import { deleteLoginProfile } from '../../identity/passwords/login-profile.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { loginOperation } from './login-operation.ts';

export function deleteLoginProfileOperation(
  deps: IamDependencies,
): SignedOperation<DeleteLoginProfileRequest, NoOutput, NamedOrCaller> {
  return loginOperation(deps, {
    schema: DeleteLoginProfile$,
    readOnly: false,
    async handle({ holder }) {
      await deleteLoginProfile(deps.store, holder);
      return {};
    },
  });
}
