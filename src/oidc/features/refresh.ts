import type { Configuration } from 'oidc-provider';
import { LONGEST_REFRESH } from '../../identity/applications/oidc/client-shape.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';
import { isOnFapiProfile } from './fapi/fapi-profile.ts';

/** In seconds from the sign-in, however often the token is rotated. An application's own limits are checked when a token is used. */
export const REFRESH_LIFETIME = LONGEST_REFRESH;

/**
 * Issues refresh tokens for the scope `offline_access`. Each is used once and replaced. Reusing one revokes the whole family, because
 * then two parties have it (RFC 9700 §2.2.2). A replacement does not live longer than the first token would have.
 * A client on the FAPI 2.0 profile keeps its token instead (Security Profile §5.3.2.1): it can be used only with the client's key, and a lost
 * answer would otherwise end the access. Only a replaced token shows how long it was unused, so such a limit needs replacement.
 * @param commandLineSeconds How long a sign-in of `rolecall login` lasts.
 */
export function refresh(commandLineSeconds: number): Configuration {
  return {
    scopes: ['openid', 'offline_access'],
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    rotateRefreshToken: ({ oidc: { client } }) =>
      !isOnFapiProfile(client) || client?.['refresh_token_idle_seconds'] !== undefined,
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
