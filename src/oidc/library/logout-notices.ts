import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';

/** The apps that used a session, by client id, as oidc-provider stores them in it. */
export type SessionApps = Readonly<Record<string, { readonly sid?: string | undefined }>>;

/** Notifies apps of sessions ended by the server (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotices {
  /** Notifies the apps of these sessions of a person, in the background. */
  send(subject: string, sessions: readonly SessionApps[]): void;
  /** Accepts no more notices, and waits briefly for those in progress. */
  close(): Promise<void>;
}

interface NoticeDependencies {
  readonly provider: () => Provider;
  readonly logError: (error: unknown) => void;
}

interface Notice {
  readonly subject: string;
  readonly clientId: string;
  readonly sid: string | undefined;
}

/**
 * Maximum number of concurrent requests. Each has the time limit of the client for foreign addresses (`features/outbound.ts`), which also
 * blocks private networks.
 */
const AT_ONCE = 8;
/** Maximum number of waiting notices. Further ones are dropped, so that apps that do not answer cannot fill the memory. */
const MAX_WAITING = 10_000;
/** How long a shutdown waits for notices in progress, in ms. */
const LAST_MS = 2000;

/** The members of the library's clients that are used here but missing in its types. */
interface NotifiableClient extends Client {
  readonly backchannelLogoutUri?: string;
  readonly backchannelLogoutSessionRequired?: boolean;
  backchannelLogout(subject: string, sid: string | undefined): Promise<void>;
}

/** Sent once and never retried: a notice is a courtesy, since the app's tokens are refused already. */
export function logoutNotices({ provider, logError }: NoticeDependencies): LogoutNotices {
  const waiting: Notice[] = [];
  let inProgress = 0;
  let dropped = 0;
  let isClosed = false;
  let whenIdle: (() => void) | undefined;

  async function send({ subject, clientId, sid }: Notice): Promise<void> {
    const client = (await provider().Client.find(clientId)) as NotifiableClient | undefined;
    if (client?.backchannelLogoutUri !== undefined) await client.backchannelLogout(subject, sid);
  }
  function proceed(): void {
    while (inProgress < AT_ONCE && waiting.length > 0) {
      const notice = waiting.shift() as Notice;
      inProgress += 1;
      send(notice)
        .catch((error: unknown) =>
          logError(new Error(`${notice.clientId} was not notified of a sign-out`, { cause: error })),
        )
        .finally(() => {
          inProgress -= 1;
          proceed();
        });
    }
    if (inProgress > 0) return;
    whenIdle?.();
    if (dropped > 0)
      logError(new Error(`${dropped} apps were not notified of sign-outs: too many notices were waiting`));
    dropped = 0;
  }

  return {
    send(subject, sessions) {
      if (isClosed) return;
      for (const apps of sessions) {
        for (const [clientId, { sid }] of Object.entries(apps)) {
          if (waiting.length < MAX_WAITING) waiting.push({ subject, clientId, sid });
          else dropped += 1;
        }
      }
      proceed();
    },
    async close() {
      isClosed = true;
      if (inProgress === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LAST_MS);
        whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      waiting.length = 0;
    },
  };
}
