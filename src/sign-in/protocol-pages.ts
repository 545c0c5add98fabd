import type { IncomingMessage } from 'node:http';
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Destination } from '../federation/connectors/redirect-connector.ts';
import type { LoginOrigin } from '../identity/credentials/login-origin.ts';
import type { Person } from '../identity/credentials/people.ts';
import type { RecordSignInEvent, RequestFacts } from './events/sign-in-events.ts';
import type { SignInApp } from './sign-in-step.ts';
import type { StartLimit } from './start-limit.ts';

/** Who is signed in to a browser, and how. */
export interface BrowserLogin {
  readonly person: Person;
  /** Identifies the session; gives no access. */
  readonly uid: string;
  /** Names the browser, as {@link BrowserSignIns.holderOf} does. Every sign-in gives it another one. */
  readonly holder: string;
  /** Milliseconds since the epoch, to the second. */
  readonly signedInAt: number;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** The outside login that it began with, if it did. */
  readonly origin?: LoginOrigin | undefined;
}

/** What a protocol gets of the sign-ins of browsers, which it shares with all others. */
export interface BrowserSignIns {
  /** Who is signed in to this browser; nobody if the session is over or the person may no longer sign in. */
  current(ctx: Context): Promise<BrowserLogin | undefined>;
  /** Whether the sign-in policy lets the person open the app as they are signed in. If not, they sign in again for it. */
  mayOpen(ctx: Context, login: BrowserLogin, app: Pick<SignInApp, 'id'>): Promise<boolean>;
  /** Where the browser signs in. It comes back by {@link ProtocolPages.resumeAt}. */
  urlFor(signIn: SignInBegun): string;
  /** Names the browser that holds a session, for comparison with {@link isHeldBy}; `undefined` if the session has ended. */
  holderOf(uid: string): Promise<string | undefined>;
  /** Whether this browser is the holder, by the cookie of its session, which may have ended since. */
  isHeldBy(ctx: Context, holder: string): boolean;
  /** Ends a session, whichever browser it is in. Does nothing if it has ended. */
  end(session: { readonly subject: string; readonly uid: string }): Promise<void>;
  readonly recordEvent: RecordSignInEvent;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  /** To be asked before a request of anyone stores something. */
  readonly startLimit: StartLimit;
}

export interface SignInBegun {
  /** Names the protocol and what it keeps: the browser brings it back. */
  readonly state: string;
  /** The name that the app expects to sign in. */
  readonly hint: string | undefined;
  /** Whether the person has to authenticate even if they are signed in. */
  readonly reauthenticate: boolean;
}

/** An app of another protocol, and the session of ours in which it signed the person in. */
export interface AppInSession {
  readonly name: string;
  readonly uid: string;
}

/** What another protocol than OpenID Connect adds to the pages. */
export interface ProtocolPages {
  readonly routes: readonly Router[];
  /** The app that a sign-in with this state is for; `undefined` if the state is not this protocol's. */
  appOf(state: string): Promise<SignInApp | undefined>;
  /** Where the browser goes on after a sign-in with this state; `undefined` if the state is not this protocol's. */
  resumeAt(state: string): Promise<string | undefined>;
  /** The apps that have signed a person in within some of their sessions. */
  appsIn(subject: string, uids: readonly string[]): Promise<readonly AppInSession[]>;
  /**
   * Signs out at the apps of a session, which has ended here already. Only the browser that signed out may get the destination.
   * @param next where the browser goes afterwards.
   * @param isLast whether nothing else is left to be signed out then. Only in that case may the browser stop at a page in between.
   * @returns `undefined` if there are no such apps.
   */
  beginSignOut(uid: string, next: Destination, isLast: boolean): Promise<Destination | undefined>;
}

/** Opens a protocol's pages on the sign-ins of browsers. */
export type OpenProtocol = (browsers: BrowserSignIns) => ProtocolPages;
