import type { Random } from '../kernel/random.ts';
import { decrypt, encrypt } from './authenticated-encryption.ts';
import type { DataKey } from './data-key.ts';
import type { Sealer } from './key-ring.ts';

const VERSION = 'v1';

/** The opened data keys. Queried on each use, so that rotation takes effect immediately. */
export interface DataKeySource {
  /** The key for sealing. */
  active(): DataKey;
  byId(keyId: string): DataKey | undefined;
}

/**
 * Seals secrets as `v1.<data key id>.<nonce, ciphertext, tag in base64url>`. The version, the data key id and the name that the
 * secret is bound to are authenticated.
 */
export function createSealer(source: DataKeySource, random: Random): Sealer {
  return {
    seal(secret, boundTo) {
      const { keyId, key } = source.active();
      const bytes = encrypt(secret, { key, context: contextOf(keyId, boundTo) }, random);
      return `${VERSION}.${keyId}.${bytes.toString('base64url')}`;
    },
    open(sealed, boundTo) {
      const [version, keyId, body, ...more] = sealed.split('.');
      if (version !== VERSION || keyId === undefined || body === undefined || more.length > 0)
        throw new Error('this is not a sealed secret');
      const dataKey = source.byId(keyId);
      if (dataKey === undefined) throw new Error(`the data key ${keyId} of a sealed secret is not in the store`);
      return decrypt(Buffer.from(body, 'base64url'), { key: dataKey.key, context: contextOf(keyId, boundTo) });
    },
  };
}

function contextOf(keyId: string, boundTo: string): string {
  return `${VERSION}.${keyId}.${boundTo}`;
}
