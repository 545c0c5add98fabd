import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';

/** oidc-provider's routes that write clients. */
const ROUTES = new Set(['registration', 'client_update', 'client_delete']);

/** The request that is writing a client, for the storage, which oidc-provider does not pass it. */
export function currentRegistration({
  Provider,
}: Pick<OidcProviderLibrary, 'Provider'>): KoaContextWithOIDC | undefined {
  const { ctx } = Provider;
  return ctx !== undefined && ROUTES.has(String(ctx.oidc.route)) ? ctx : undefined;
}
