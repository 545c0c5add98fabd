import {
  GetAccessKeyLastUsed$,
  type GetAccessKeyLastUsedCommandInput,
  type GetAccessKeyLastUsedResponse,
} from '@aws-sdk/client-iam';
import { findAccessKey, type OwnedAccessKey } from '../../identity/access-keys/find-access-key.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { rootArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { resourceTarget } from '../../operations/named-operation.ts';
import { signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { USER } from '../resource-kinds.ts';

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
      const owned = found?.accountId === accountId ? found : undefined;
      // a denial names the key as the request did, and tells nothing of its owner
      const target = { ...targetOf(owned, accountId), called: `access key ${AccessKeyId}` };
      return { targets: [target], subject: owned };
    },
    async handle({ AccessKeyId }, { caller }, owned) {
      if (!owned) throw unknownAccessKey(caller, AccessKeyId);
      const use = await deps.lastUsed.lastUse(owned.accessKey.accessKeyId);
      return {
        ...(owned.owner === 'user' ? { UserName: owned.user.userName } : {}),
        AccessKeyLastUsed: use
          ? { LastUsedDate: new Date(use.at), ServiceName: use.service ?? 'N/A', Region: use.region }
          : { LastUsedDate: undefined, ...NEVER },
      };
    },
  });
}

/** AWS denies a key that it does not know to every caller [AWS-FACTS 27]. */
function unknownAccessKey(caller: Caller, accessKeyId: string): ServiceError {
  const sentence = `User: ${caller.arn} is not authorized to perform: ${ACTION} on resource: access key ${accessKeyId}`;
  return new ServiceError('AccessDenied', sentence);
}

/** The key's owner; for a key of nobody, everything, so that who may ask of some users only learns nothing. */
function targetOf(owned: OwnedAccessKey | undefined, accountId: string) {
  if (owned?.owner === 'user') {
    const { user } = owned;
    return resourceTarget(USER, { action: ACTION, named: { accountId, name: user.userName }, found: user });
  }
  return { action: ACTION, resource: owned ? rootArn(accountId) : '*', resourceAccountId: accountId };
}
