import { CreateAccessKey$, type CreateAccessKeyCommandInput, type CreateAccessKeyResponse } from '@aws-sdk/client-iam';
import { createAccessKey } from '../../identity/access-keys/create-access-key.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ownerOperation } from './owner-operation.ts';

/** CreateAccessKey: the only answer that contains the secret. */
export function createAccessKeyOperation(deps: IamDependencies) {
  return ownerOperation<Decoded<CreateAccessKeyCommandInput>, CreateAccessKeyResponse>(deps, {
    schema: CreateAccessKey$,
    readOnly: false,
    makesCredential: () => true,
    givesWayIn: (_input, { isOwn }) => !isOwn,
    async handle({ holder, now }) {
      const { accessKey, secretAccessKey } = await createAccessKey(deps, { holder, now });
      return {
        AccessKey: {
          UserName: holder.userName,
          AccessKeyId: accessKey.accessKeyId,
          Status: accessKey.status,
          SecretAccessKey: secretAccessKey,
          CreateDate: new Date(accessKey.createdAt),
        },
      };
    },
  });
}
