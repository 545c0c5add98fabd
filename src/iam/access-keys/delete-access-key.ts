import { DeleteAccessKey$, type DeleteAccessKeyCommandInput } from '@aws-sdk/client-iam';
import { deleteAccessKey } from '../../identity/access-keys/manage-access-keys.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ownerOperation } from './owner-operation.ts';

export function deleteAccessKeyOperation(deps: IamDependencies) {
  return ownerOperation<Decoded<DeleteAccessKeyCommandInput>, NoOutput>(deps, {
    schema: DeleteAccessKey$,
    readOnly: false,
    async handle({ input, holder }) {
      await deleteAccessKey(deps.store, holder, input.AccessKeyId);
      await deps.lastUsed.forget(input.AccessKeyId);
      return {};
    },
  });
}
