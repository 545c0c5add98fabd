import { Registry } from 'prom-client';
import { createAuthorizer } from '../../authorize/authorizer.ts';
import { verifyHere } from '../../federation/web-identity/token-verifier.ts';
import { openProviderDirectory } from '../../identity/providers/provider-directory.ts';
import { openRoleDirectory } from '../../identity/roles/role-directory.ts';
import { type IdentityStore, openIdentityStore } from '../../identity/store/identity-store.ts';
import { systemClock } from '../../kernel/clock.ts';
import { systemRandom } from '../../kernel/random.ts';
import { openKeyRing } from '../../keys/open-key-ring.ts';
import type { LoginTests } from '../../rolecall/rolecall-dependencies.ts';
import { openLoginTests } from '../login/login-tests.ts';
import { openIssuerKeys } from '../login/web-identities.ts';
import { listedOnly } from '../stores/stored-collections.ts';
import type { CommandContext } from './command.ts';
import { openServersStores } from './command-stores.ts';
import { requireConfiguredKey } from './configured-key.ts';

/** What the tests of logins work with on the server's machine. */
export interface LoginTestBench extends LoginTests {
  readonly store: IdentityStore;
}

/**
 * Opens the stores and keys of the server for tests of logins, and closes them again.
 * @throws {Error} with a message that says what to do
 */
export async function withLoginTests<Result>(
  { settings, report }: CommandContext,
  use: (bench: LoginTestBench) => Promise<Result>,
): Promise<Result> {
  const keyEncryptionKey = requireConfiguredKey(settings);
  const stores = await openServersStores(settings, report);
  const { ephemeral } = stores;
  const random = systemRandom();
  const clock = systemClock;
  const closers: { close(): void }[] = [];
  const closing = <Opened extends { close(): void }>(opened: Opened): Opened => {
    closers.push(opened);
    return opened;
  };
  try {
    const collections = listedOnly(stores.collections);
    const store = openIdentityStore(collections);
    const keyRing = closing(
      await openKeyRing({ collections, keyEncryptionKey, clock, random, feed: ephemeral, onFault: report.onFault }),
    );
    const ownIssuer = `${settings.server.publicUrl}/oidc`;
    const log = { info: () => {}, warn: (text: string) => report.say(text) };
    const keys = openIssuerKeys({ settings, keyRing, ownIssuer, registry: new Registry(), log });
    const tests = openLoginTests({
      settings,
      store,
      ephemeral,
      keyRing,
      keys,
      random,
      ownIssuer,
      verifyToken: verifyHere,
      roles: closing(openRoleDirectory({ store, feed: ephemeral, clock })),
      providers: closing(openProviderDirectory({ store, feed: ephemeral, clock })),
      authorizer: closing(createAuthorizer({ store, feed: ephemeral, clock })),
    });
    return await use({ ...tests, store });
  } finally {
    for (const each of closers.reverse()) each.close();
    await stores.close();
  }
}
