import { openIdentityStore } from '../../../identity/store/identity-store.ts';
import { weakRoots } from '../../login/root-passkeys.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';

/**
 * Names the accounts whose root user has no passkey or security key.
 * @throws {Error} if there are any, so that a scheduled check notices
 */
export async function checkRoots({ settings, report }: CommandContext): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    let count = 0;
    for await (const { accountId, alias, root } of weakRoots(openIdentityStore(listedOnly(store)), settings)) {
      count++;
      report.say(
        `account ${accountId}${alias === undefined ? '' : ` (${alias})`}: root user ${root.email} has no passkey`,
      );
    }
    if (count === 0) return report.say('every root user has a passkey or security key');
    const whose = count === 1 ? 'one root user has' : `${count} root users have`;
    throw new Error(
      `${whose} no passkey or security key: sign in at ${settings.server.publicUrl}/sign-in/factors to add one`,
    );
  } finally {
    await store.close();
  }
}
