import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { enforcedPolicy, temporaryOnly } from '../credential-policy/enforced-policy.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { AccessKey, NewAccessKey } from '../documents/access-key.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { changeKeys } from './change-keys.ts';

/** 30 bytes make 40 characters of base64, without padding. */
const SECRET_BYTES = 30;
const ATTEMPTS = 3;

/**
 * Creates an access key. The secret is returned once; the store only keeps it sealed.
 * @throws {ServiceError} LimitExceeded, NoSuchEntity; AccessDenied if the credential policy allows no access keys.
 */
export async function createAccessKey(
  { store, sealer, random }: IdentityDependencies,
  { holder, now }: { holder: CredentialHolder; now: number },
): Promise<NewAccessKey> {
  if ((await enforcedPolicy(store, holder))?.temporaryOnly) throw temporaryOnly();
  for (let attempt = 1; ; attempt++) {
    const accessKeyId = makeId(ID_PREFIX.longTermAccessKey, holder.accountId, random);
    const secretAccessKey = random.bytes(SECRET_BYTES).toString('base64');
    const accessKey: AccessKey = {
      accessKeyId,
      sealedSecret: sealer.seal(Buffer.from(secretAccessKey), accessKeyId),
      status: 'Active',
      createdAt: now,
    };
    try {
      await changeKeys(store, holder, (keys) => {
        requireWithin(QUOTAS.accessKeysPerUser, keys.length + 1);
        // the unique index does not detect duplicates within one document
        if (keys.some((key) => key.accessKeyId === accessKeyId)) throw new DuplicateKeyError('users', 'byAccessKeyId');
        return [...keys, accessKey];
      });
      return { accessKey, secretAccessKey };
    } catch (error) {
      if (!(error instanceof DuplicateKeyError) || attempt === ATTEMPTS) throw error;
    }
  }
}
