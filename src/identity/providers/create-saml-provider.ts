import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import type { Tag } from '../documents/entity.ts';
import type { SamlMetadata, SamlProvider } from '../documents/saml-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { samlProviderArn } from './require-saml-provider.ts';
import { sealPrivateKey, withEncryptionMode, withPrivateKey } from './saml-private-keys.ts';

/** A new SAML provider. `metadata` has been read from `metadataDocument`. */
export interface NewSamlProvider {
  readonly accountId: string;
  readonly name: string;
  readonly metadataDocument: string;
  readonly metadata: SamlMetadata;
  readonly encryptionMode: SamlProvider['assertionEncryptionMode'] | undefined;
  /** PEM. */
  readonly privateKey: string | undefined;
  readonly tags: readonly Tag[];
  readonly now: number;
}

/**
 * Creates a SAML provider, whose assertions roles can then trust.
 * @throws {ServiceError} InvalidInput, LimitExceeded, EntityAlreadyExists
 */
export async function createSamlProvider(deps: IdentityDependencies, input: NewSamlProvider): Promise<SamlProvider> {
  const { store } = deps;
  requireValidTags(EXACT_KEYS, input.tags);
  const provider = newProvider(deps, input);
  const quota = await accountQuota(store, input.accountId, QUOTAS.samlProvidersPerAccount);
  const count = await store.samlProviders.count('key', [input.accountId], { limit: quota.limit });
  requireWithin(quota, count + 1);
  try {
    await store.samlProviders.insert(provider);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, `Provider with name ${input.name} already exists.`, {
      cause: error,
    });
  }
  return provider;
}

function newProvider(deps: IdentityDependencies, input: NewSamlProvider): SamlProvider {
  const { accountId, name, metadataDocument, metadata, encryptionMode, privateKey, tags, now } = input;
  const arn = samlProviderArn(accountId, name);
  const provider: SamlProvider = {
    accountId,
    arn,
    providerName: name,
    nameKey: name.toLowerCase(),
    uuid: deps.random.bytes(16).toString('hex').toUpperCase(),
    metadataDocument,
    metadata,
    assertionEncryptionMode: 'Allowed',
    privateKeys: [],
    createdAt: now,
    updatedAt: now,
    tags: [...tags],
  };
  const withKey =
    privateKey === undefined ? provider : withPrivateKey(provider, sealPrivateKey(deps, { arn, pem: privateKey, now }));
  return withEncryptionMode(withKey, encryptionMode ?? 'Allowed');
}
