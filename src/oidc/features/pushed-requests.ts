import { decodeJwt } from 'jose';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { FORM_LIMIT } from '../../http/read-form.ts';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';
import { OWN_CLIENT_ID } from '../own-client.ts';

/** RFC 9126: apps may hand in their request first; each `request_uri` works once, within a minute. Clients may be bound to it. */
export function pushedRequests(): Configuration {
  return { features: { pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false } } };
}

const PUSHED = /^\/request\/?$/i;
/** Two fields of the library's model that its types leave out. */
interface PushedRequest {
  readonly request: string;
  save(ttl: number): Promise<string>;
}
interface PushedRequestModel {
  readonly prototype: PushedRequest;
  find(id: string, options?: object): Promise<PushedRequest | undefined>;
}

/**
 * Binds each pushed request to the client that pushed it (RFC 9126 §2.2): to any other client it does not exist, so nothing of it, such as
 * its `state`, can reach that client's error response. Our own pages push nothing: anybody could fill the store in their name.
 */
export function bindPushedRequests(provider: Provider, { Provider: Library, errors }: OidcProviderLibrary): void {
  const model = provider.PushedAuthorizationRequest as unknown as PushedRequestModel;
  const find = model.find.bind(model);
  model.find = async (id, options) => {
    const found = await find(id, options);
    const { client } = Library.ctx?.oidc ?? {};
    return found !== undefined && decodeJwt(found.request)['client_id'] === client?.clientId ? found : undefined;
  };
  const { save } = model.prototype;
  Object.assign(model.prototype, {
    async save(this: PushedRequest, ttl: number): Promise<string> {
      if (Library.ctx?.oidc.client?.clientId === OWN_CLIENT_ID) {
        throw new errors.UnauthorizedClient('this client may not push authorization requests');
      }
      if (this.request.length > FORM_LIMIT) {
        throw Object.assign(new errors.InvalidRequest(TOO_LARGE), { status: 413, statusCode: 413 });
      }
      return await save.call(this, ttl);
    },
  });
}

const TOO_LARGE = `the request is too large: send ${FORM_LIMIT} bytes at most`;

/** Refuses a pushed request that says that it is too large, before it is read (RFC 9126 §2.3). */
export function limitPushedRequests(ctx: Context, next: () => Promise<void>): void | Promise<void> {
  if (!PUSHED.test(ctx.path) || !((ctx.request.length ?? 0) > FORM_LIMIT)) return next();
  ctx.status = 413;
  // The body was not read: nothing else can come on this connection.
  ctx.set('Connection', 'close');
  ctx.body = { error: 'invalid_request', error_description: TOO_LARGE };
}
