import { ListAccessKeys$, type ListAccessKeysCommandInput, type ListAccessKeysResponse } from '@aws-sdk/client-iam';
import { listAccessKeys } from '../../identity/access-keys/manage-access-keys.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { ownerOperation } from './owner-operation.ts';

/** ListAccessKeys: access key ids, never the secrets. */
export function listAccessKeysOperation(deps: IamDependencies) {
  return ownerOperation<Decoded<ListAccessKeysCommandInput>, ListAccessKeysResponse>(deps, {
    schema: ListAccessKeys$,
    readOnly: true,
    handle({ input, holder }) {
      const page = listAccessKeys(holder, pageRequest(input));
      const AccessKeyMetadata = page.items.map((key) => ({
        UserName: holder.userName,
        AccessKeyId: key.accessKeyId,
        Status: key.status,
        CreateDate: new Date(key.createdAt),
      }));
      return { AccessKeyMetadata, ...truncation(page) };
    },
  });
}
