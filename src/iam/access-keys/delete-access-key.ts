import { DeleteAccessKey$, type DeleteAccessKeyCommandInput } from '@aws-sdk/client-iam';
import { deleteAccessKey as removeAccessKey } from '../../identity/access-keys/manage-access-keys.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ownerOperation } from './owner-operation.ts';

/** DeleteAccessKey: deletes an access key. */
export function deleteAccessKey(deps: IamDependencies) {
  return ownerOperation<Decoded<DeleteAccessKeyCommandInput>, NoOutput>(deps, {
    schema: DeleteAccessKey$,
    readOnly: false,
    async handle({ input, owner }) {
      await removeAccessKey(deps.store, owner, input.AccessKeyId);
      await deps.lastUsed.forget(input.AccessKeyId);
      return {};
    },
  });
}
