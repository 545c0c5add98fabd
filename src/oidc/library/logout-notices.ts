import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';

/** The apps that a session was used for, by client id, as oidc-provider stores them in it. */
export type SessionApps = Readonly<Record<string, { readonly sid?: string | undefined }>>;

/** Tells apps that sessions were ended by the server (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotices {
  /** Tells the apps of these sessions of a person, in the background. */
  send(subject: string, sessions: readonly SessionApps[]): void;
  /** Takes nothing more, and waits a moment for what is under way. */
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

/** Requests at once. Each has the deadline of the client for foreign addresses (`features/outbound.ts`), which also keeps them out of private networks. */
const AT_ONCE = 8;
/** Notices that may wait. Beyond that they are dropped: apps that do not answer must not fill the memory. */
const MOST_WAITING = 10_000;
/** How long a stop waits for notices under way, in ms. */
const LAST_MS = 2000;

/** What is used of the library's clients, beyond its types. */
interface TellableClient extends Client {
  readonly backchannelLogoutUri?: string;
  readonly backchannelLogoutSessionRequired?: boolean;
  backchannelLogout(subject: string, sid: string | undefined): Promise<void>;
}

/** An app is told once and not again: a notice is a courtesy to it, since its tokens are refused already. */
export function logoutNotices({ provider, logError }: NoticeDependencies): LogoutNotices {
  const waiting: Notice[] = [];
  let underWay = 0;
  let dropped = 0;
  let isClosed = false;
  let whenIdle: (() => void) | undefined;

  async function tell({ subject, clientId, sid }: Notice): Promise<void> {
    const client = (await provider().Client.find(clientId)) as TellableClient | undefined;
    if (client?.backchannelLogoutUri !== undefined) await client.backchannelLogout(subject, sid);
  }
  function proceed(): void {
    while (underWay < AT_ONCE && waiting.length > 0) {
      const notice = waiting.shift() as Notice;
      underWay += 1;
      tell(notice)
        .catch((error: unknown) =>
          logError(new Error(`${notice.clientId} was not told of a sign-out`, { cause: error })),
        )
        .finally(() => {
          underWay -= 1;
          proceed();
        });
    }
    if (underWay > 0) return;
    whenIdle?.();
    if (dropped > 0)
      logError(new Error(`${dropped} apps were not told of sign-outs: too many were waiting to be told`));
    dropped = 0;
  }

  return {
    send(subject, sessions) {
      if (isClosed) return;
      for (const apps of sessions) {
        for (const [clientId, { sid }] of Object.entries(apps)) {
          if (waiting.length < MOST_WAITING) waiting.push({ subject, clientId, sid });
          else dropped += 1;
        }
      }
      proceed();
    },
    async close() {
      isClosed = true;
      if (underWay === 0) return;
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
