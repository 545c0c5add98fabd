import type { KoaContextWithOIDC } from 'oidc-provider';
import type { StartLimit } from '../../sign-in/start-limit.ts';

/**
 * Endpoints with which anyone, signed in or not, can add records to the store: interactions, pushed requests, devices, requests to people, apps, sessions. Matched like
 * oidc-provider's routes: in any case, with an optional trailing slash.
 */
const STARTS = /^\/(auth|request|device\/auth|backchannel|session\/end|reg(?:\/[^/]+)?)\/?$/i;

/** Limits the requests to such endpoints. */
export function limitStarts(startLimit: StartLimit) {
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): void | Promise<void> => {
    if (!STARTS.test(ctx.path) || startLimit(ctx)) return next();
  };
}
