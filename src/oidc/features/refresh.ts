import type { Configuration } from 'oidc-provider';

/** Seconds; counted from the sign-in, however often the token is renewed. */
export const REFRESH_LIFETIME = 14 * 24 * 3600;

/**
 * Refresh tokens for those who asked for `offline_access`. Each is used once and replaced; one that is used again ends the
 * whole family, because then two have it (RFC 9700 §2.2.2). The replacement does not live longer than the first would have.
 */
export function refresh(): Configuration {
  return {
    scopes: ['openid', 'offline_access'],
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    rotateRefreshToken: () => true,
    expiresWithSession: async (_ctx, source) => !source.scopes.has('offline_access'),
    ttl: {
      RefreshToken: (ctx) => Math.max(1, ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? REFRESH_LIFETIME),
      Grant: REFRESH_LIFETIME,
    },
  };
}
