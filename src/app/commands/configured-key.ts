import { readKeyEncryptionKey } from '../../keys/key-encryption-key.ts';
import { parseKeyEncryptionKey } from '../../keys/key-text.ts';
import type { Settings } from '../settings/settings.ts';

/** The configured key-encryption key. Unlike at server start, none is generated: a new key could not decrypt anything. */
export function configuredKey({ keys }: Settings): Buffer | undefined {
  return keys.keyEncryptionKey === undefined
    ? readKeyEncryptionKey(keys.directory)
    : parseKeyEncryptionKey(keys.keyEncryptionKey);
}

/** Like {@link configuredKey}. @throws {Error} if there is none */
export function requireConfiguredKey(settings: Settings): Buffer {
  const key = configuredKey(settings);
  if (key !== undefined) return key;
  throw new Error(
    `there is no key-encryption key: give the server's by ROLECALL_KEY_ENCRYPTION_KEY, or run where its file is (ROLECALL_KEYS_DIR; here ${settings.keys.directory})`,
  );
}
