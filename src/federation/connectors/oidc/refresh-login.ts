import * as client from 'openid-client';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import { asUnanswered, LoginRefused } from '../login-refused.ts';
import type { RefreshConnector, RefreshedLogin } from '../redirect-connector.ts';
import { mergedClaims } from './merged-claims.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { readLogin } from './read-login.ts';
import { readUserinfo } from './read-userinfo.ts';
import { refusalOf } from './refusal-of.ts';
import { verifyIdToken } from './verify-id-token.ts';

interface Dependencies {
  readonly settings: OpenOidcSettings;
  /** @throws {LoginRefused} */
  readonly provider: () => Promise<client.Configuration>;
  readonly keys: IssuerKeys;
}

/** Asks an OpenID Connect provider again about logins (OpenID Connect Core §12); `undefined` if the connector does not. */
export function oidcRefresh(deps: Dependencies): RefreshConnector | undefined {
  const { recheckAfter, issuer, endpoints, clientId } = deps.settings;
  if (recheckAfter === undefined) return undefined;
  return {
    recheckAfterMs: recheckAfter * 1000,
    client: `${endpoints?.token ?? issuer} ${clientId}`,
    refresh: (refreshToken, now) => refresh(deps, refreshToken, now),
  };
}

async function refresh(deps: Dependencies, refreshToken: string, now: number): Promise<RefreshedLogin> {
  const configuration = await deps.provider();
  const tokens = await client.refreshTokenGrant(configuration, refreshToken).catch((error: unknown) => {
    throw refreshRefusal(error);
  });
  return {
    refreshToken: tokens.refresh_token ?? refreshToken,
    read: () => readRefreshed(deps, configuration, { tokens, now }),
  };
}

/** RFC 6749 §5.2: `invalid_grant` is about the token. Any other error is about this client, and says nothing of the person. */
function refreshRefusal(error: unknown): LoginRefused {
  const isRefused = error instanceof client.ResponseBodyError && error.error === 'invalid_grant';
  if (isRefused) return new LoginRefused('refresh', 'the token endpoint answered invalid_grant', error);
  return asUnanswered(refusalOf(error));
}

/** Without an ID token there are not all claims of the sign-in, and what is absent must take no groups away. */
async function readRefreshed(
  { settings, keys }: Dependencies,
  configuration: client.Configuration,
  { tokens, now }: { readonly tokens: client.TokenEndpointResponse; readonly now: number },
) {
  const { id_token: idToken, access_token: accessToken } = tokens;
  if (idToken === undefined) return undefined;
  const claims = await verifyIdToken(keys, idToken, { issuer: settings.issuer, now });
  const more = settings.userinfo ? await readUserinfo(configuration, accessToken, claims.sub) : {};
  return readLogin(settings, mergedClaims(claims, more), { signed: claims, authenticatedSince: undefined });
}
