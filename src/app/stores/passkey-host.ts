import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import type { Log } from '../log/log.ts';
import { PUBLIC_URL_KEY, publicUrls } from './public-url.ts';

export interface PasskeyHostDependencies {
  readonly collections: CollectionStore;
  readonly store: Pick<IdentityStore, 'users' | 'accounts'>;
  readonly log: Pick<Log, 'warn'>;
  /** The RP ID of this process; `undefined` if it can have no passkeys. */
  readonly rpId: string | undefined;
}

/**
 * Warns if people have passkeys that are bound to another host name than the one that this server asks for: browsers no longer show those.
 * All passkeys are read only after the RP ID changed, and at each start until none of another host name is left.
 */
export async function warnOfOtherPasskeys({ collections, store, log, rpId }: PasskeyHostDependencies): Promise<void> {
  const installation = collections.open(publicUrls);
  const stored = await installation.get([PUBLIC_URL_KEY]);
  if (rpId === undefined || stored?.passkeyRpId === rpId) return;
  const passkeys = new Map<string, string>();
  for await (const { credentialId, rpId: host } of allPasskeys(store)) {
    if (host !== rpId) passkeys.set(credentialId, host);
  }
  if (passkeys.size === 0) {
    await installation.update([PUBLIC_URL_KEY], (old) => ({ ...old, passkeyRpId: rpId }));
    return;
  }
  const hosts = [...new Set(passkeys.values())];
  log.warn(
    `passkeys that are bound to ${hosts.join(', ')} cannot be used at ${rpId} (${passkeys.size} of them): the people who have them need another factor. To keep them working, set ROLECALL_PASSKEY_RP_ID to that name if it is a domain that contains the host of the public URL`,
    { passkeys: passkeys.size, hosts, rpId },
  );
}

/** Every passkey. A holder with several may be read several times. */
async function* allPasskeys({ users, accounts }: PasskeyHostDependencies['store']) {
  const pages = [
    (after: object) => users.find('byPasskey', [], { limit: 500, ...after }),
    async (after: object) => {
      const { items, ...page } = await accounts.find('byRootPasskey', [], { limit: 500, ...after });
      return { ...page, items: items.map(({ root }) => root) };
    },
  ];
  for (const page of pages) {
    let after: string | undefined;
    do {
      const { items, next } = await page(after === undefined ? {} : { after });
      for (const { passkeys = [] } of items) yield* passkeys;
      after = next;
    } while (after !== undefined);
  }
}
