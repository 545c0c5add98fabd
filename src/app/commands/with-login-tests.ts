import { createAuthorizer } from '../../authorize/authorizer.ts';
import { verifyHere } from '../../federation/web-identity/token-verifier.ts';
import { openProviderDirectory } from '../../identity/providers/provider-directory.ts';
import { openRoleDirectory } from '../../identity/roles/role-directory.ts';
import { openClosedAccounts } from '../../identity/store/closed-accounts.ts';
import { type IdentityStore, openIdentityStore } from '../../identity/store/identity-store.ts';
import { withoutClosedAccounts } from '../../identity/store/without-closed-accounts.ts';
import type { LoginTests } from '../../rolecall/rolecall-dependencies.ts';
import { openLoginTests } from '../login/login-tests.ts';
import type { CommandContext } from './command.ts';
import { withServerParts } from './server-parts/with-server-parts.ts';

/** What the tests of logins work with on the server's machine. */
export interface LoginTestBench extends LoginTests {
  readonly store: IdentityStore;
}

/**
 * Opens the stores and keys of the server for tests of logins, and closes them again.
 * @throws {Error} with a message that says what to do
 */
export async function withLoginTests<Result>(
  context: CommandContext,
  use: (bench: LoginTestBench) => Promise<Result>,
): Promise<Result> {
  return await withServerParts(context, async ({ collections, clock, closing, ...parts }) => {
    const { settings } = context;
    const { ephemeral: feed } = parts;
    const everyAccount = openIdentityStore(collections);
    const store = withoutClosedAccounts(
      everyAccount,
      closing(openClosedAccounts({ store: everyAccount, feed, clock })),
    );
    const tests = openLoginTests({
      settings,
      store,
      clock,
      ...parts,
      verifyToken: verifyHere,
      ownProfileAttributes: new Set(settings.oidc.ownProfileAttributes),
      roles: closing(openRoleDirectory({ store, feed, clock })),
      providers: closing(openProviderDirectory({ store, feed, clock })),
      authorizer: closing(createAuthorizer({ store, feed, clock })),
    });
    return await use({ ...tests, store });
  });
}
