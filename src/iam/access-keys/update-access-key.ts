import { UpdateAccessKey$, type UpdateAccessKeyCommandInput } from '@aws-sdk/client-iam';
import { updateAccessKey } from '../../identity/access-keys/manage-access-keys.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ownerOperation } from './owner-operation.ts';

/** UpdateAccessKey: activates or deactivates an access key. */
export function updateAccessKeyOperation(deps: IamDependencies) {
  return ownerOperation<Decoded<UpdateAccessKeyCommandInput>, NoOutput>(deps, {
    schema: UpdateAccessKey$,
    readOnly: false,
    makesCredential: ({ Status }) => Status === 'Active',
    givesWayIn: ({ Status }, { isOwn }) => Status === 'Active' && !isOwn,
    async handle({ input: { AccessKeyId, Status }, holder, now }) {
      if (Status !== 'Active' && Status !== 'Inactive') {
        // callers cannot set AWS's third state, `Expired`
        throw new ServiceError('ValidationError', `Status ${Status} is not valid for UpdateAccessKey`);
      }
      await updateAccessKey(deps.store, holder, { accessKeyId: AccessKeyId, status: Status, now });
      return {};
    },
  });
}
