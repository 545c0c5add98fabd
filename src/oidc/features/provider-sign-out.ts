import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import { leaveFor } from '../../sign-in/connectors/leave-for.ts';

/** In the form that oidc-provider expects. */
const CONFIRM = /^\/session\/end\/confirm\/?$/i;
const SEE_OTHER = 303;

/** Where the browser signs out at the provider that a login came from, before it goes on; `undefined` if it goes on at once. */
export type BeginProviderSignOut = (
  request: IncomingMessage,
  origin: LoginOrigin,
  next: string,
) => Promise<Destination | undefined>;

/** After a sign-out, the session at the outside provider ends too. The session here has ended by then, whatever the provider answers. */
export function providerSignOut(begin: BeginProviderSignOut) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (!CONFIRM.test(ctx.path) || ctx.status !== SEE_OTHER || ctx.oidc?.route !== 'end_session_confirm') return;
    const { loginOrigin: origin } = (ctx.oidc.session ?? {}) as { readonly loginOrigin?: LoginOrigin };
    const isSignedOut = ctx.oidc.params?.['logout'] !== undefined;
    if (!isSignedOut || origin === undefined) return;
    const destination = await begin(ctx.req, origin, ctx.response.get('location'));
    if (destination !== undefined) leaveFor(ctx, destination);
  };
}
