import type { Context } from 'koa';
import type { Configuration } from 'oidc-provider';
import { FORM_LIMIT } from '../../http/read-form.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { PushRules } from '../library/pushed-requests.ts';
import { BUILT_IN_CLIENTS } from '../own-client.ts';

/** RFC 9126: apps may push their request first. Each `request_uri` works once, within a minute. Clients can be required to use it. */
export function pushedRequests(): Configuration {
  return { features: { pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false } } };
}

const PUSHED = /^\/request\/?$/i;
/** Built-in clients must not push requests, because anyone could fill the store in their name. */
export function pushRules({ errors }: OidcProviderLibrary): PushRules {
  return {
    check(clientId, length) {
      if (clientId !== undefined && BUILT_IN_CLIENTS.has(clientId)) {
        throw new errors.UnauthorizedClient('this client may not push authorization requests');
      }
      if (length > FORM_LIMIT) {
        throw Object.assign(new errors.InvalidRequest(TOO_LARGE), { status: 413, statusCode: 413 });
      }
    },
  };
}

const TOO_LARGE = `the request is too large: send ${FORM_LIMIT} bytes at most`;

/** Refuses a pushed request by its declared length, before its body is read (RFC 9126 §2.3). */
export function limitPushedRequests(ctx: Context, next: () => Promise<void>): void | Promise<void> {
  if (!PUSHED.test(ctx.path) || !((ctx.request.length ?? 0) > FORM_LIMIT)) return next();
  ctx.status = 413;
  // The body was not read, so the connection cannot be reused.
  ctx.set('Connection', 'close');
  ctx.body = { error: 'invalid_request', error_description: TOO_LARGE };
}
