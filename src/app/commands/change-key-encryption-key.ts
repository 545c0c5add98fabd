import { systemRandom } from '../../kernel/random.ts';
import { keyEncryptionKeyId, rewrapDataKeys } from '../../keys/data-key.ts';
import { parseKeyEncryptionKey } from '../../keys/key-text.ts';
import { installNextKeyFile, nextKeyFile } from '../../keys/next-key-file.ts';
import { listedOnly } from '../stores/stored-collections.ts';
import type { CommandContext } from './command.ts';
import { openServersCollections } from './command-stores.ts';
import { requireConfiguredKey } from './configured-key.ts';
import { recordCommand } from './record-command.ts';

/**
 * Reseals all data keys under a new key-encryption key: the one in ROLECALL_NEW_KEY_ENCRYPTION_KEY, or else a generated one that
 * replaces the key file. Safe to repeat if interrupted.
 * @throws {Error} with a message that says what to do
 */
export async function changeKeyEncryptionKey({ settings, report }: CommandContext): Promise<void> {
  const { keyEncryptionKey, newKeyEncryptionKey, directory } = settings.keys;
  if (keyEncryptionKey !== undefined && newKeyEncryptionKey === undefined)
    throw new Error(
      'the key-encryption key is given by ROLECALL_KEY_ENCRYPTION_KEY, so give the new one by ROLECALL_NEW_KEY_ENCRYPTION_KEY; `openssl rand -base64 32` makes one',
    );
  const random = systemRandom();
  const from = requireConfiguredKey(settings);
  const store = await openServersCollections(settings, report);
  try {
    const collections = listedOnly(store);
    const isFile = newKeyEncryptionKey === undefined;
    const to = isFile ? nextKeyFile({ directory, random }) : parseKeyEncryptionKey(newKeyEncryptionKey);
    const ids = { from: keyEncryptionKeyId(from), to: keyEncryptionKeyId(to) };
    if (ids.from === ids.to) throw new Error('the new key-encryption key is the one in use: give another');
    const count = await rewrapDataKeys(collections, { from, to, random });
    const formerFile = isFile ? installNextKeyFile(directory, ids.from) : undefined;
    await recordCommand(collections, { eventName: 'ChangeKeyEncryptionKey', resources: [], request: ids });
    report.say(
      `${count} data keys are sealed under the new key-encryption key now (id ${ids.to}; before: ${ids.from})`,
    );
    report.say(
      formerFile === undefined
        ? 'set ROLECALL_KEY_ENCRYPTION_KEY to the new key for every process, because none starts with the previous one any more'
        : `the key file now contains the new key; copy it to other machines of this installation, because no process starts with the previous key any more`,
    );
    report.say(
      `running processes keep working until they are restarted; restart them before you rotate other keys. Existing exports open only with the previous key${formerFile === undefined ? '' : `, which is kept in ${formerFile}`}: keep it, apart from them, for as long as you keep them`,
    );
  } finally {
    await store.close();
  }
}
