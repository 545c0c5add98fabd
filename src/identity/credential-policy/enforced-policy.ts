import { ServiceError } from '../../kernel/service-error.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { AccessKey } from '../documents/access-key.ts';
import type { StoredCredentialPolicy } from '../documents/account.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { isExempt } from './due-credentials.ts';

const DAY = 24 * 60 * 60_000;

/** The credential policy that a holder's access keys must keep to now; `undefined` if there is none. Root users are exempt. */
export async function enforcedPolicy(
  { accounts }: Pick<IdentityStore, 'accounts'>,
  { kind, accountId, tags = [] }: Pick<CredentialHolder, 'kind' | 'accountId' | 'tags'>,
): Promise<StoredCredentialPolicy | undefined> {
  if (kind === 'root') return undefined;
  const policy = (await accounts.get([accountId]))?.credentialPolicy;
  return policy?.isEnforced && !isExempt({ tags: [...tags] }, policy) ? policy : undefined;
}

/** The refusal of an access key where people use temporary credentials only. */
export function temporaryOnly(): ServiceError {
  return new ServiceError(
    'AccessDenied',
    'The credential policy of the account allows no access keys for users. Use temporary credentials of a role instead.',
  );
}

/** @throws {ServiceError} AccessDenied if the policy does not let an access key be made active again. */
export function requireMayBeActive({ createdAt }: AccessKey, policy: StoredCredentialPolicy, now: number): void {
  if (policy.temporaryOnly) throw temporaryOnly();
  const { accessKeyMaxAge: days } = policy;
  if (days !== undefined && createdAt + days * DAY <= now) {
    throw new ServiceError(
      'AccessDenied',
      `The credential policy of the account allows access keys for ${days} days. This one is older: create a new one.`,
    );
  }
}
