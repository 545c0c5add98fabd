import type { OpenedSamlKey } from '../../identity/saml-keys/open-saml-keys.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import { bridgeAddresses } from '../context/bridge-addresses.ts';
import type { BridgeDependencies } from '../context/bridge-dependencies.ts';
import { identityProviderMetadata } from './identity-provider-metadata.ts';

/** In ms. */
const KEPT_FOR = 60_000;
const MOST_ACCOUNTS = 1000;

interface KeptMetadata {
  readonly text: string;
  readonly keyIds: string;
  readonly signedAt: number;
}

/** The signed metadata of accounts. Anyone may read them, so they are not signed for each request. */
export function keptMetadata({
  samlKeys,
  publicUrl,
  clock,
}: Pick<BridgeDependencies, 'samlKeys' | 'publicUrl' | 'clock'>): (accountId: string) => Promise<string> {
  const kept = new BoundedCache<string, KeptMetadata>(MOST_ACCOUNTS);
  const isPresent = ({ keyIds, signedAt }: KeptMetadata, keys: readonly OpenedSamlKey[]): boolean =>
    keyIds === keyIdsOf(keys) && clock.now() - signedAt < KEPT_FOR;
  return async (accountId) => {
    const keys = await samlKeys.of(accountId);
    const known = kept.get(accountId);
    if (known !== undefined && isPresent(known, keys)) return known.text;
    const [active] = keys;
    const text = identityProviderMetadata(
      { addresses: bridgeAddresses(publicUrl, accountId), certificates: keys.map(({ certificate }) => certificate) },
      { privateKey: active.privateKey(), certificate: active.certificate, algorithm: 'RSA_SHA256' },
    );
    kept.set(accountId, { text, keyIds: keyIdsOf(keys), signedAt: clock.now() });
    return text;
  };
}

const keyIdsOf = (keys: readonly OpenedSamlKey[]): string => keys.map(({ keyId }) => keyId).join(' ');
