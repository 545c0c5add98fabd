import type { KoaContextWithOIDC } from 'oidc-provider';
import { BoundedCache } from '../../kernel/bounded-cache.ts';

/** Matches the paths of requests that may contain `offline_access`. */
const REQUESTS = /^\/(?:auth|request)\/?$/i;
/** Number of clients remembered as reported. */
const MAX_REPORTED = 1000;

export type Advise = (message: string, facts: Readonly<Record<string, unknown>>) => void;

function asksOffline(scope: unknown): boolean {
  return typeof scope === 'string' && scope.split(' ').includes('offline_access');
}

/**
 * Tells the operator, once per client, why a request for `offline_access` gets no refresh token. The specification requires that the
 * scope is ignored silently (OpenID Connect Core 1.0 §11), so the app's developer sees no reason.
 */
export function adviseOnRefresh(advise: Advise) {
  const reported = new BoundedCache<string, true>(MAX_REPORTED);
  const adviseAfter = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { client, params, body } = ctx.oidc ?? {};
    const isDropped = asksOffline(body?.['scope'] ?? ctx.query['scope']) && !asksOffline(params?.['scope']);
    if (client === undefined || typeof params?.['scope'] !== 'string' || !isDropped) return;
    const why = client.grantTypeAllowed('refresh_token')
      ? 'its request has no prompt=consent'
      : 'its grant_types do not have refresh_token';
    const { clientId } = client;
    if (reported.get(`${clientId} ${why}`) !== undefined) return;
    reported.set(`${clientId} ${why}`, true);
    advise(`an app asked for offline_access and gets no refresh token: ${why}`, { client: clientId });
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    REQUESTS.test(ctx.path) ? adviseAfter(ctx, next) : next();
}
