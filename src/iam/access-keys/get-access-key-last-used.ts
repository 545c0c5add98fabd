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

/** GetAccessKeyLastUsed: the owner of an access key, and when, by which service and in which region it was last used. */
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
      // a key of another account is treated as unknown
      const owned = found?.holder.accountId === accountId ? found : undefined;
      // a denial names the key as the request did, and reveals nothing about its holder
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

/** AWS denies every caller access to an unknown key, in a sentence without the usual colon [aws-behaviour 27]. */
function unknownAccessKey(caller: Caller, accessKeyId: string): ServiceError {
  const sentence = `User: ${caller.arn} is not authorized to perform ${ACTION} on resource: access key ${accessKeyId}`;
  return new ServiceError('AccessDenied', sentence);
}

/** The key's holder. For an unknown key, any resource, so that a caller who may only ask about some users learns nothing. */
function targetOf(owned: OwnedAccessKey | undefined, accountId: string) {
  const { arn: resource = '*', tags: resourceTags } = owned?.holder ?? {};
  return { action: ACTION, resource, resourceAccountId: accountId, ...(resourceTags && { resourceTags }) };
}
