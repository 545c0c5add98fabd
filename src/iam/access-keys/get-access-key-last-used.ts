import {
  GetAccessKeyLastUsed$,
  type GetAccessKeyLastUsedCommandInput,
  type GetAccessKeyLastUsedResponse,
} from '@aws-sdk/client-iam';
import { findAccessKey, type OwnedAccessKey } from '../../identity/access-keys/find-access-key.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

const ACTION = 'iam:GetAccessKeyLastUsed';
const NEVER = { ServiceName: 'N/A', Region: 'N/A' };

/** GetAccessKeyLastUsed: whose an access key is and when, by which service and where it was last used. */
export function getAccessKeyLastUsedOperation(deps: IamDependencies) {
  return signedOperation<
    Decoded<GetAccessKeyLastUsedCommandInput>,
    GetAccessKeyLastUsedResponse,
    OwnedAccessKey | undefined
  >({
    schema: GetAccessKeyLastUsed$,
    readOnly: true,
    async authorize({ AccessKeyId }, { caller: { accountId } }) {
      const found = await findAccessKey(deps.store, AccessKeyId);
      // a key of another account is as unknown as one that does not exist
      const owned = found?.holder.accountId === accountId ? found : undefined;
      // a denial names the key as the request did, and tells nothing of its holder
      const target = { ...targetOf(owned, accountId), called: `access key ${AccessKeyId}` };
      return { targets: [target], subject: owned };
    },
    async handle({ AccessKeyId }, { caller }, owned) {
      if (!owned) throw unknownAccessKey(caller, AccessKeyId);
      const { userName } = owned.holder;
      const use = await deps.lastUsed.lastUse(owned.accessKey.accessKeyId);
      return {
        ...(userName === undefined ? {} : { UserName: userName }),
        AccessKeyLastUsed: use
          ? { LastUsedDate: new Date(use.at), ServiceName: use.service ?? 'N/A', Region: use.region }
          : { LastUsedDate: undefined, ...NEVER },
      };
    },
  });
}

/** AWS denies a key that it does not know to every caller [aws-behaviour 27]. */
function unknownAccessKey(caller: Caller, accessKeyId: string): ServiceError {
  const sentence = `User: ${caller.arn} is not authorized to perform: ${ACTION} on resource: access key ${accessKeyId}`;
  return new ServiceError('AccessDenied', sentence);
}

/** The key's holder. For an unknown key: everything, so that a caller who may ask about some users only learns nothing. */
function targetOf(owned: OwnedAccessKey | undefined, accountId: string) {
  const { arn: resource = '*', tags: resourceTags } = owned?.holder ?? {};
  return { action: ACTION, resource, resourceAccountId: accountId, ...(resourceTags && { resourceTags }) };
}
