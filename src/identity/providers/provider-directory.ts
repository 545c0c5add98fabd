import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { OidcProvider } from '../documents/oidc-provider.ts';
import { IdentityCache } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { ProviderName } from './require-provider.ts';

/** Looks up OIDC providers without reading the store in the steady state; every web identity token starts here. */
export interface ProviderDirectory {
  /** The provider of the account; `undefined` if there is none. */
  find(name: ProviderName): OidcProvider | Promise<OidcProvider | undefined>;
  close(): void;
}

export interface ProviderDirectoryDependencies {
  readonly store: Pick<IdentityStore, 'oidcProviders'>;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

const MAX_CACHED_PROVIDERS = 2_000;

/** There is no such provider. Not cached: anyone can name one, and one created later must be found at once. */
class NoSuchProvider extends Error {}

export function openProviderDirectory({ store, feed, clock }: ProviderDirectoryDependencies): ProviderDirectory {
  const providers = new IdentityCache<OidcProvider>({ feed, clock, limit: MAX_CACHED_PROVIDERS });
  return {
    find({ accountId, arn }) {
      const key = `${accountId} ${arn}`;
      const known = providers.peek(key);
      if (known !== undefined) return known;
      const loaded = providers.get(key, async (dependOn) => {
        dependOn('oidcProviders', [accountId, arn]);
        const provider = await store.oidcProviders.get([accountId, arn]);
        if (provider === undefined) throw new NoSuchProvider();
        return provider;
      });
      return loaded.catch((error: unknown) => {
        if (error instanceof NoSuchProvider) return undefined;
        throw error;
      });
    },
    close: () => providers.close(),
  };
}
