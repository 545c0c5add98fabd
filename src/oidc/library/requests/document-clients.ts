import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';

type MakesClients = new (metadata: ClientMetadata, ctx?: unknown, options?: { readonly cimd?: boolean }) => object;

/**
 * Changes the metadata that a client publishes itself before oidc-provider makes a client of them. A proxy, because the class of clients has
 * private static members, which a subclass could not read.
 */
export function prepareDocuments(
  provider: Provider,
  library: OidcProviderLibrary,
  prepare: (document: ClientMetadata) => ClientMetadata,
): void {
  const Client = new Proxy(provider.Client as unknown as MakesClients, {
    construct(target, given) {
      const [metadata, ctx, options] = given as ConstructorParameters<MakesClients>;
      return new target(options?.cimd === true ? prepare(metadata) : metadata, ctx, options);
    },
    get: (target, key) => Reflect.get(target, key, target) as unknown,
  });
  Object.defineProperty(provider, 'Client', { value: Client });
  const model = provider.Client as unknown as { find(id: unknown): Promise<object | undefined> };
  const find = model.find.bind(model);
  // Our own pages list the apps of a person. They must not fail because the site of one of them does.
  model.find = (id) =>
    find(id).catch((error: unknown) => {
      const isForPage = library.Provider.ctx === undefined && error instanceof library.errors.OIDCProviderError;
      if (isForPage) return undefined;
      throw error;
    });
}

/** Whether a client was made of metadata that it publishes itself. */
export function isOfDocument(client: object): boolean {
  return (client as { readonly clientIdMetadataDocument?: unknown }).clientIdMetadataDocument === true;
}
