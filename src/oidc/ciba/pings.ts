import { setTimeout as wait } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import { type BackchannelRequest, isPinged, pingClient } from '../library/requests/backchannel-requests.ts';
import type { CibaEvents } from './ciba-events.ts';

/** Waits before further attempts, in ms. The client may poll meanwhile: it loses nothing but time. */
const RETRY_AFTER = [1000, 5000, 20_000];
/** Notifications in progress; further ones are dropped, so that clients that do not answer cannot fill the memory. */
const MAX_IN_PROGRESS = 1000;

/** Tells clients that their requests were answered (OpenID Connect CIBA Core 1.0 §10.2). */
export interface Pings {
  /** Begins to notify the client of a request, if it is in ping mode. */
  send(request: BackchannelRequest): void;
  /** Ends the waits for further attempts, and what they were for. */
  close(): Promise<void>;
}

interface PingDependencies {
  readonly provider: () => Provider;
  readonly events: CibaEvents;
  readonly logError: (error: unknown) => void;
}

export function openPings({ provider, events, logError }: PingDependencies): Pings {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  async function ping(request: BackchannelRequest): Promise<void> {
    const client = await provider().Client.find(request.clientId);
    if (client === undefined || !isPinged(client)) return;
    for (const pause of [0, ...RETRY_AFTER]) {
      if (pause > 0) await wait(pause, undefined, { signal: closing.signal, ref: false });
      const outcome = await pingClient(client, request);
      if (outcome === 'received') return events.observe('notified');
      if (outcome === 'refused') break;
    }
    events.observe('not-notified');
    // Neither the request's id nor the client's token is logged.
    logError(new Error(`${request.clientId} did not accept the notification that a person has answered its request`));
  }

  return {
    send(request) {
      if (closing.signal.aborted || running.size >= MAX_IN_PROGRESS) return;
      const task: Promise<void> = ping(request)
        .catch((error: unknown) => {
          if (!closing.signal.aborted) logError(error);
        })
        .finally(() => running.delete(task));
      running.add(task);
    },
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}
