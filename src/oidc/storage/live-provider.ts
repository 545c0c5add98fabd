import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { KeyRing } from '../../keys/key-ring.ts';

interface LiveProviderDependencies {
  readonly keyRing: Pick<KeyRing, 'onChange'>;
  /** Creates a provider with the keys of now. */
  readonly create: () => Provider;
  readonly logError: (error: unknown) => void;
}

interface LiveProvider {
  current(): Provider;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Stops following changes of the keys. */
  close(): void;
}

/** Keys are part of the provider, so new keys need a new one. Requests in progress finish on the old one. */
export function liveProvider({ keyRing, create, logError }: LiveProviderDependencies): LiveProvider {
  const build = () => {
    const provider = create();
    return { provider, handle: provider.callback() };
  };
  let built = build();
  const close = keyRing.onChange(() => {
    try {
      built = build();
    } catch (error) {
      // Keep serving with the previous keys.
      logError(error);
    }
  });
  return {
    current: () => built.provider,
    handle: (request, response) => void built.handle(request, response),
    close,
  };
}
