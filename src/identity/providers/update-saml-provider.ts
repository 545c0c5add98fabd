import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import type { SamlMetadata, SamlProvider } from '../documents/saml-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { mergeTags, removeTags } from '../rules/merge-tags.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { ProviderName } from './require-provider.ts';
import { changeSamlProvider } from './require-saml-provider.ts';
import { sealPrivateKey, withEncryptionMode, withoutPrivateKey, withPrivateKey } from './saml-private-keys.ts';

type Store = Pick<IdentityStore, 'samlProviders'>;

/** The changes of an update; at least one is required. */
export interface SamlProviderUpdate {
  readonly document: { readonly text: string; readonly metadata: SamlMetadata } | undefined;
  readonly encryptionMode: SamlProvider['assertionEncryptionMode'] | undefined;
  /** PEM. */
  readonly addPrivateKey: string | undefined;
  /** A key id. */
  readonly removePrivateKey: string | undefined;
  readonly now: number;
}

/**
 * Updates a SAML provider. Sessions that its assertions have opened continue.
 * @throws {ServiceError} NoSuchEntity, InvalidInput, LimitExceeded
 */
export async function updateSamlProvider(
  deps: IdentityDependencies,
  which: ProviderName,
  update: SamlProviderUpdate,
): Promise<void> {
  const { document, encryptionMode, addPrivateKey: pem, removePrivateKey, now } = update;
  if (pem !== undefined && removePrivateKey !== undefined) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      'Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.',
    );
  }
  if ([document, encryptionMode, pem, removePrivateKey].every((change) => change === undefined)) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      'Unable to update identity provider. No updates are defined for metadata or encryption assertion.',
    );
  }
  const added = pem === undefined ? undefined : sealPrivateKey(deps, { arn: which.arn, pem, now });
  await changeSamlProvider(deps.store, which, (old) => {
    let provider = old;
    if (document) {
      provider = { ...provider, metadataDocument: document.text, metadata: document.metadata, updatedAt: now };
    }
    if (added) provider = withPrivateKey(provider, added);
    // the mode before the removal: `Allowed` permits removing the last key
    if (encryptionMode) provider = withEncryptionMode(provider, encryptionMode);
    return removePrivateKey === undefined ? provider : withoutPrivateKey(provider, removePrivateKey);
  });
}

/** @throws {ServiceError} InvalidInput, LimitExceeded, NoSuchEntity */
export async function tagSamlProvider(store: Store, which: ProviderName, tags: readonly Tag[]): Promise<void> {
  requireValidTags(EXACT_KEYS, tags);
  await changeSamlProvider(store, which, (old) => ({ ...old, tags: mergeTags(EXACT_KEYS, old.tags, tags) }));
}

/** @throws {ServiceError} NoSuchEntity */
export async function untagSamlProvider(store: Store, which: ProviderName, keys: readonly string[]): Promise<void> {
  await changeSamlProvider(store, which, (old) => ({ ...old, tags: removeTags(EXACT_KEYS, old.tags, keys) }));
}
