import type { Configuration } from 'oidc-provider';
import { LONGEST_REFRESH } from '../../identity/applications/oidc/client-settings.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';

/** In seconds from the sign-in, however often the token is rotated. An application's own limits are checked when a token is used. */
export const REFRESH_LIFETIME = LONGEST_REFRESH;

/**
 * Issues refresh tokens for the scope `offline_access`. Each is used once and replaced. Reusing one revokes the whole family, because
 * then two parties have it (RFC 9700 §2.2.2). A replacement does not live longer than the first token would have.
 * @param commandLineSeconds How long a sign-in of `rolecall login` lasts.
 */
export function refresh(commandLineSeconds: number): Configuration {
  return {
    scopes: ['openid', 'offline_access'],
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    rotateRefreshToken: () => true,
    expiresWithSession: async (_ctx, source) => !source.scopes.has('offline_access'),
    ttl: {
      RefreshToken: (ctx, _token, { clientId }) => {
        const lifetime = clientId === COMMAND_LINE_CLIENT_ID ? commandLineSeconds : REFRESH_LIFETIME;
        return Math.max(1, ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? lifetime);
      },
      Grant: REFRESH_LIFETIME,
    },
  };
}
