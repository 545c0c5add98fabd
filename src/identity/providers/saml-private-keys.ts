import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { SamlPrivateKey, SamlProvider } from '../documents/saml-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

const MAX_KEYS = 2;
const SMALLEST_RSA_KEY = 2048;

/** A key that is sealed under a provider's ARN, so that a stored key cannot be moved to another provider. */
const boundTo = (arn: string, keyId: string): string => `${arn}#${keyId}`;

/** How a private key is added: to which provider, when, and as what. */
export interface NewPrivateKey {
  readonly arn: string;
  readonly pem: string;
  readonly now: number;
}

/**
 * Seals an RSA private key for decrypting assertions.
 * @throws {ServiceError} InvalidInput
 */
export function sealPrivateKey(
  { sealer, random }: { readonly sealer: Sealer; readonly random: Random },
  { arn, pem, now }: NewPrivateKey,
): SamlPrivateKey {
  const keyId = random.bytes(16).toString('hex').toUpperCase();
  const der = readPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return { keyId, sealedKey: sealer.seal(der, boundTo(arn, keyId)), addedAt: now };
}

/** The keys that decrypt a provider's assertions, newest first. */
export function openPrivateKeys(sealer: Sealer, { arn, privateKeys }: SamlProvider): readonly KeyObject[] {
  return privateKeys
    .map(({ keyId, sealedKey }) => {
      const key = sealer.open(sealedKey, boundTo(arn, keyId));
      return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    })
    .reverse();
}

/** A provider with one more key. @throws {ServiceError} LimitExceeded */
export function withPrivateKey(provider: SamlProvider, key: SamlPrivateKey): SamlProvider {
  if (provider.privateKeys.length >= MAX_KEYS) {
    throw new ServiceError(IAM_ERRORS.LimitExceeded, `Private key limit of ${MAX_KEYS} is reached.`);
  }
  return { ...provider, privateKeys: [...provider.privateKeys, key] };
}

/** A provider without one of its keys. @throws {ServiceError} InvalidInput */
export function withoutPrivateKey(provider: SamlProvider, keyId: string): SamlProvider {
  const privateKeys = provider.privateKeys.filter((key) => key.keyId !== keyId);
  if (privateKeys.length === provider.privateKeys.length) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      'Failed to remove private key because the Key ID does not match a private key.',
    );
  }
  if (privateKeys.length === 0 && provider.assertionEncryptionMode === 'Required') {
    throw new ServiceError(IAM_ERRORS.InvalidInput, 'Failed to remove private key.');
  }
  return { ...provider, privateKeys };
}

/** A provider with an encryption mode. @throws {ServiceError} InvalidInput if it requires a key that there is not. */
export function withEncryptionMode(
  provider: SamlProvider,
  assertionEncryptionMode: SamlProvider['assertionEncryptionMode'],
): SamlProvider {
  if (assertionEncryptionMode === 'Required' && provider.privateKeys.length === 0) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      'Unable to set assertion encryption mode to Required because no private key is provided.',
    );
  }
  return { ...provider, assertionEncryptionMode };
}

function readPrivateKey(pem: string): KeyObject {
  const invalid = () => new ServiceError(IAM_ERRORS.InvalidInput, 'Invalid private key.');
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // no cause: it might quote the key
    throw invalid();
  }
  const isLarge = (key.asymmetricKeyDetails?.modulusLength ?? 0) >= SMALLEST_RSA_KEY;
  if (key.asymmetricKeyType !== 'rsa' || !isLarge) throw invalid();
  return key;
}
