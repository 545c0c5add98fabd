import { decodeJwt } from 'jose';
import type Provider from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/** Two fields of the library's model that are missing in its types. */
interface PushedRequest {
  readonly request: string;
  save(ttl: number): Promise<string>;
}
interface PushedRequestModel {
  readonly prototype: PushedRequest;
  find(id: string, options?: object): Promise<PushedRequest | undefined>;
}

/** The checks for each pushed request. */
export interface PushRules {
  /** @throws the error for the client; `length` is that of the request. */
  readonly check: (clientId: string | undefined, length: number) => void;
}

/**
 * Binds each pushed request to the client that pushed it (RFC 9126 §2.2): to any other client it does not exist, so nothing of it, such as
 * its `state`, can reach that client's error response.
 */
export function bindPushedRequests(provider: Provider, { Provider: Library }: OidcProviderLibrary, rules: PushRules) {
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
      rules.check(Library.ctx?.oidc.client?.clientId, this.request.length);
      return await save.call(this, ttl);
    },
  });
}
