import { AsyncLocalStorage } from 'node:async_hooks';
import type { Client } from 'oidc-provider';

/** Knows which of oidc-provider's requests go to addresses that a client chose itself: the library does not say for whom it asks. */
export interface StrangerFetches {
  /** Runs what may request addresses of such a client. */
  during<Result>(act: () => Result): Result;
  /** Whether that is running. */
  isRunning(): boolean;
  /** Makes all requests for a client, for its keys and to announce sign-outs, ones to addresses that it chose itself. */
  mark(client: Client): void;
}

/** The members of the library's clients that make requests. */
interface RequestingClient {
  readonly asymmetricKeyStore: { refresh(): Promise<void> };
  backchannelLogout(subject: string, sid: string | undefined): Promise<void>;
}

export function strangerFetches(): StrangerFetches {
  const running = new AsyncLocalStorage<true>();
  const marked = new WeakSet<Client>();
  const during = <Result>(act: () => Result): Result => running.run(true, act);
  return {
    during,
    isRunning: () => running.getStore() === true,
    mark(client) {
      // The library answers the same client again while its metadata say the same.
      if (marked.has(client)) return;
      marked.add(client);
      const requesting = client as unknown as RequestingClient;
      const { asymmetricKeyStore: keys } = requesting;
      const refresh = keys.refresh.bind(keys);
      keys.refresh = () => during(refresh);
      const announce = requesting.backchannelLogout.bind(client);
      // Not a member of the metadata, which are all the enumerable ones.
      Object.defineProperty(client, 'backchannelLogout', {
        value: (...given: Parameters<RequestingClient['backchannelLogout']>) => during(() => announce(...given)),
      });
    },
  };
}
