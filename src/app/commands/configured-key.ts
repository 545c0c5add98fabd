import { readKeyEncryptionKey } from '../../keys/key-encryption-key.ts';
import { parseKeyEncryptionKey } from '../../keys/key-text.ts';
import type { Settings } from '../settings.ts';

/** The key-encryption key that is configured here. Unlike at the server's start none is made: a new key opens nothing. */
export function configuredKey({ keys }: Settings): Buffer | undefined {
  return keys.keyEncryptionKey === undefined
    ? readKeyEncryptionKey(keys.directory)
    : parseKeyEncryptionKey(keys.keyEncryptionKey);
}

/** As {@link configuredKey}. @throws {Error} if there is none */
export function requireConfiguredKey(settings: Settings): Buffer {
  const key = configuredKey(settings);
  if (key !== undefined) return key;
  throw new Error(
    `there is no key-encryption key: give the server's by ROLECALL_KEY_ENCRYPTION_KEY, or run where its file is (ROLECALL_KEYS_DIR; here ${settings.keys.directory})`,
  );
}
