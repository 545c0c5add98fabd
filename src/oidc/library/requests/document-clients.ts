import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';

type MakesClients = new (metadata: ClientMetadata, ctx?: unknown, options?: { readonly cimd?: boolean }) => object;

/**
 * Changes the metadata that a client publishes itself before oidc-provider makes a client of them. A proxy, because the class of clients has
 * private static members, which a subclass could not read.
 */
export function prepareDocuments(provider: Provider, prepare: (document: ClientMetadata) => ClientMetadata): void {
  const Client = new Proxy(provider.Client as unknown as MakesClients, {
    construct(target, given) {
      const [metadata, ctx, options] = given as ConstructorParameters<MakesClients>;
      return new target(options?.cimd === true ? prepare(metadata) : metadata, ctx, options);
    },
    get: (target, key) => Reflect.get(target, key, target) as unknown,
  });
  Object.defineProperty(provider, 'Client', { value: Client });
}

/** Whether a client was made of metadata that it publishes itself. */
export function isOfDocument(client: object): boolean {
  return (client as { readonly clientIdMetadataDocument?: unknown }).clientIdMetadataDocument === true;
}
