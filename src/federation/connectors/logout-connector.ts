import type { Destination } from './redirect-connector.ts';
import type { ProviderSession } from './verified-login.ts';
/** A sign-out that a provider told this server of, after all checks. */
export interface VerifiedLogout {
  /** What the provider calls the person; absent if it names a session only. */
  readonly subject: string | undefined;
  /** The session that ended there; absent if all of the person's did. */
  readonly sessionId: string | undefined;
  /** Identifies the message, which is good for one use. */
  readonly messageId: string;
}

/** A connector whose provider tells this server when a person signs out there, without a browser. */
export interface LogoutConnector {
  /** @param now ms since the epoch. @throws {LoginRefused} naming the check that failed. */
  verifyLogout(message: string, now: number): Promise<VerifiedLogout>;
}

/** A sign-out message as the browser brought it, before anything of it was read. */
export type ArrivedMessage =
  | { readonly binding: 'redirect'; readonly rawQuery: string }
  | { readonly binding: 'post'; readonly fields: Readonly<Record<string, string>> };

/** What a verified sign-out message says. */
export type ReceivedLogout =
  | {
      readonly kind: 'request';
      /** The person there, as sign-out messages call them. */
      readonly subject: string;
      /** The sessions that ended there; if empty, all of the person's. */
      readonly sessionIds: readonly string[];
      /** Where the browser takes our answer; `undefined` if the provider wants none. */
      readonly answer: Destination | undefined;
    }
  /** An answer to a request of ours. Nothing depends on what it says. */
  | { readonly kind: 'response'; readonly state: string | undefined };

/** A connector whose provider tells us of sign-outs, and answers ours, through the person's browser. */
export interface FrontChannelLogout {
  /** @throws {LoginRefused} naming the check that failed. */
  receive(message: ArrivedMessage, now: number): Promise<ReceivedLogout>;
}

/** A connector that signs people out at their provider, through their browser. */
export interface ProviderSignOut {
  /** Where the browser goes to end a session there; `undefined` if the provider takes no such messages. @throws {LoginRefused} */
  begin(
    session: ProviderSession,
    call: { readonly state: string; readonly now: number },
  ): Promise<Destination | undefined>;
}
