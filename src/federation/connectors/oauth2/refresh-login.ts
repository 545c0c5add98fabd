import { asUnanswered, LoginRefused } from '../login-refused.ts';
import type { RefreshConnector } from '../redirect-connector.ts';
import { DEADLINE_MS, type OAuth2ConnectorDependencies } from './oauth2-connector.ts';
import { readOAuth2Login } from './read-login.ts';
import { readProfile } from './read-profile.ts';
import { redeemRefreshToken } from './redeem-code.ts';

/** Asks an OAuth 2 provider again about logins; `undefined` if the connector does not. */
export function oauth2Refresh({ settings, secret, fetch }: OAuth2ConnectorDependencies): RefreshConnector | undefined {
  const { recheckAfter, tokenEndpoint, clientId } = settings;
  if (recheckAfter === undefined) return undefined;
  return {
    recheckAfterMs: recheckAfter * 1000,
    client: `${tokenEndpoint} ${clientId}`,
    async refresh(former) {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const fetchProvider = await fetch();
      const request = { refreshToken: former, secret, signal };
      const { accessToken, refreshToken = former } = await redeemRefreshToken(fetchProvider, settings, request).catch(
        (error: unknown) => {
          throw error instanceof LoginRefused ? asUnanswered(error) : error;
        },
      );
      return {
        refreshToken,
        read: async () =>
          readOAuth2Login(settings, await readProfile(settings, { fetch: fetchProvider, accessToken, secret, signal })),
      };
    },
  };
}
