import { refreshed } from '../refreshed.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** In ms. Whoever sends messages with bad signatures must not have the metadata read over and over. */
const AGAIN_AFTER = 60_000;

/** The identity provider of a connector, as last read. */
export interface ProviderSource {
  /** @throws {LoginRefused} if it could never be read. */
  current(): Promise<IdentityProvider>;
  /**
   * Reads it again, because a message was signed by a key that is not known yet.
   * @returns `undefined` if it was read again a moment ago, cannot be read, or never changes.
   */
  again(): Promise<IdentityProvider | undefined>;
}

/** A provider that is in the settings. */
export function fixedProvider(provider: Promise<IdentityProvider>): ProviderSource {
  // Whoever asks first hears of a failure.
  provider.catch(() => {});
  return { current: () => provider, again: async () => undefined };
}

/** A provider whose metadata are at an address. @param elapsed A monotonic clock in ms. */
export function fetchedProvider(read: () => Promise<IdentityProvider>, elapsed: () => number): ProviderSource {
  let current = refreshed(read, elapsed);
  let readAgainAt = Number.NEGATIVE_INFINITY;
  return {
    current: () => current(),
    async again() {
      if (elapsed() - readAgainAt < AGAIN_AFTER) return undefined;
      readAgainAt = elapsed();
      const newest = await read().catch(() => undefined);
      if (newest === undefined) return undefined;
      let isFirst = true;
      current = refreshed(async () => {
        if (!isFirst) return await read();
        isFirst = false;
        return newest;
      }, elapsed);
      return newest;
    },
  };
}
