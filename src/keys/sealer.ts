import type { Random } from '../kernel/random.ts';
import { decrypt, encrypt } from './authenticated-encryption.ts';
import type { DataKey } from './data-key.ts';
import type { Sealer } from './key-ring.ts';

const VERSION = 'v1';

/** The opened data keys, asked anew at each use, so that rotation is seen at once. */
export interface DataKeySource {
  /** The one to seal with. */
  active(): DataKey;
  byId(keyId: string): DataKey | undefined;
}

/**
 * Seals texts as `v1.<data key id>.<nonce, ciphertext, tag in base64url>`. Version, data key and what the secret is bound to
 * are all authenticated.
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
        throw new Error('this is no sealed secret');
      const dataKey = source.byId(keyId);
      if (dataKey === undefined) throw new Error(`the data key ${keyId} of a sealed secret is not in the store`);
      return decrypt(Buffer.from(body, 'base64url'), { key: dataKey.key, context: contextOf(keyId, boundTo) });
    },
  };
}

function contextOf(keyId: string, boundTo: string): string {
  return `${VERSION}.${keyId}.${boundTo}`;
}
