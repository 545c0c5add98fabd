import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import { leaveFor } from '../../sign-in/connectors/leave-for.ts';
import { RESUMES } from '../library/interaction-cookie.ts';
import type { SessionApps } from '../library/logout-notices.ts';
import { ISSUER_PATH } from '../own-client.ts';
import { type SignOutFrame, showSignOutFrames } from './front-channel.ts';

/** In the form that oidc-provider expects. */
const CONFIRM = /^\/session\/end\/confirm\/?$/i;
const SEE_OTHER = 303;

/** Where the browser signs out at the provider that a login came from, before it goes on; `undefined` if it goes on at once. */
export type BeginProviderSignOut = (
  request: IncomingMessage,
  origin: LoginOrigin,
  next: string,
) => Promise<Destination | undefined>;

/** A session that a person has signed out of. */
export interface SignedOutSession {
  readonly uid: string;
  /** The outside login that it came from. */
  readonly loginOrigin?: LoginOrigin;
  /** The apps that it was used for. */
  readonly authorizations?: SessionApps;
}

/** Where the browser signs out elsewhere before it goes on; `undefined` if it goes on at once. */
export type BeginFurtherSignOut = (
  request: IncomingMessage,
  session: SignedOutSession,
  next: string,
) => Promise<Destination | undefined>;

/** Whether a sign-out happens because another person is signing in: oidc-provider then ends the previous session first. */
export function continuesSignIn(publicUrl: string, next: string): boolean {
  const issuer = publicUrl + ISSUER_PATH;
  return next.startsWith(`${issuer}/`) && RESUMES.test(next.slice(issuer.length));
}

interface FurtherSignOut {
  readonly begin: BeginFurtherSignOut;
  /** The pages of apps that the browser loads before it goes on (Front-Channel Logout 1.0). */
  readonly framesOf: (apps: SessionApps) => Promise<readonly SignOutFrame[]>;
}

/**
 * After a sign-out, the sessions at apps, at the outside provider and at apps of other protocols end too. The session here has ended by then,
 * whatever they answer.
 */
export function furtherSignOut({ begin, framesOf }: FurtherSignOut) {
  const signOutFurther = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.status !== SEE_OTHER || ctx.oidc?.route !== 'end_session_confirm') return;
    const session = ctx.oidc.session as SignedOutSession | undefined;
    const isSignedOut = ctx.oidc.params?.['logout'] !== undefined;
    if (!isSignedOut || session === undefined) return;
    const frames = await framesOf(session.authorizations ?? {});
    const url = ctx.response.get('location');
    const destination = await begin(ctx.req, session, url);
    if (frames.length > 0) showSignOutFrames(ctx, frames, destination ?? { url });
    else if (destination !== undefined) leaveFor(ctx, destination);
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    CONFIRM.test(ctx.path) ? signOutFurther(ctx, next) : next();
}
