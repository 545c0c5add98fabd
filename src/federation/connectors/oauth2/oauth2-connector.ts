import * as client from 'openid-client';
import type { OutboundFetch } from '../../../http/outbound-fetch.ts';
import { LoginRefused } from '../login-refused.ts';
import type { BeginLogin, BegunLogin, FinishLogin, RedirectConnector } from '../redirect-connector.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { oauth2Preset } from './presets.ts';
import { readOAuth2Login } from './read-login.ts';
import { readProfile } from './read-profile.ts';
import { redeemCode } from './redeem-code.ts';

/** For the tokens and the whole profile. */
export const DEADLINE_MS = 15_000;

export interface OAuth2ConnectorDependencies {
  readonly settings: OpenOAuth2Settings;
  readonly secret: string | undefined;
  readonly fetch: () => Promise<OutboundFetch>;
}

/** What has to be remembered from the request to the answer. */
interface Kept {
  readonly codeVerifier?: string | undefined;
}

/**
 * Signs people in at an OAuth 2 provider: code flow with `state` and, unless the connector says otherwise, PKCE S256 (RFC 9700 §2.1). An access
 * token only ever comes from the token endpoint, so one of another app cannot be brought in by the browser.
 */
export function oauth2Connector({ settings, secret, fetch }: OAuth2ConnectorDependencies): RedirectConnector {
  return {
    begin: (request) => beginAt(settings, request),

    async finish({ parameters, redirectUri, kept }: FinishLogin) {
      const code = codeOf(settings, parameters);
      const { codeVerifier } = JSON.parse(kept) as Kept;
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const fetchProvider = await fetch();
      const { accessToken, refreshToken } = await redeemCode(fetchProvider, settings, {
        code,
        redirectUri,
        codeVerifier,
        secret,
        signal,
      });
      const claims = await readProfile(settings, { fetch: fetchProvider, accessToken, secret, signal });
      const login = readOAuth2Login(settings, claims);
      return settings.recheckAfter === undefined ? login : { ...login, refreshToken };
    },
  };
}

async function beginAt(
  { preset, authorizationEndpoint, clientId, scopes, pkce }: OpenOAuth2Settings,
  { state, redirectUri, loginHint, reauthenticate }: BeginLogin,
): Promise<BegunLogin> {
  const row = oauth2Preset(preset);
  const codeVerifier = pkce ? client.randomPKCECodeVerifier() : undefined;
  const url = new URL(authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(codeVerifier !== undefined && {
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }),
    ...(row.loginHint !== undefined && loginHint !== undefined && { [row.loginHint]: loginHint }),
    ...(reauthenticate && row.reauthenticate),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, kept: JSON.stringify({ codeVerifier } satisfies Kept) };
}

/** @throws {LoginRefused} */
function codeOf({ issuer }: OpenOAuth2Settings, { iss, error, code }: FinishLogin['parameters']): string {
  // Errors, too, must be the provider's own (RFC 9207 §2.4).
  if (issuer !== undefined && iss !== undefined && iss !== issuer) {
    throw new LoginRefused('mix-up', `the answer is of ${iss}, not of ${issuer}`);
  }
  if (error !== undefined) {
    const check = error === 'access_denied' ? 'declined' : 'provider-error';
    throw new LoginRefused(check, `the provider answered ${error}`);
  }
  if (code === undefined || code === '') throw new LoginRefused('parameters', 'the answer has no code');
  return code;
}
