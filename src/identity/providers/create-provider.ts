import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import type { Tag } from '../documents/entity.ts';
import type { OidcProvider } from '../documents/oidc-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { requireThumbprints } from './provider-lists.ts';
import { parseProviderUrl } from './provider-url.ts';
import { oidcProviderArn } from './require-provider.ts';

/**
 * Creates an OpenID Connect provider, whose tokens roles can then trust.
 * @throws {ServiceError} ValidationError, InvalidInput, LimitExceeded, EntityAlreadyExists
 */
export async function createOidcProvider(
  { store, ownIssuer }: { readonly store: IdentityStore; readonly ownIssuer: string },
  input: {
    readonly accountId: string;
    readonly url: string;
    readonly clientIds: readonly string[];
    readonly thumbprints: readonly string[];
    readonly tags: readonly Tag[];
    readonly now: number;
  },
): Promise<OidcProvider> {
  const { accountId } = input;
  const { url, plainHttp } = parseProviderUrl(input.url, ownIssuer);
  const clientIds = [...new Set(input.clientIds)];
  requireWithin(QUOTAS.clientIdsPerOpenIdConnectProvider, clientIds.length);
  requireThumbprints(input.thumbprints);
  requireValidTags(EXACT_KEYS, input.tags);
  const quota = await accountQuota(store, accountId, QUOTAS.openIdConnectProvidersPerAccount);
  const count = await store.oidcProviders.count('key', [accountId], { limit: quota.limit });
  requireWithin(quota, count + 1);
  const provider: OidcProvider = {
    accountId,
    arn: oidcProviderArn(accountId, url),
    url,
    ...(plainHttp ? { plainHttp } : {}),
    clientIds,
    thumbprints: [...input.thumbprints],
    createdAt: input.now,
    tags: [...input.tags],
  };
  try {
    await store.oidcProviders.insert(provider);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, `Provider with url ${input.url} already exists.`, {
      cause: error,
    });
  }
  return provider;
}
