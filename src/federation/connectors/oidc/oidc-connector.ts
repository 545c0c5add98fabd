import * as client from 'openid-client';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import { LoginRefused } from '../login-refused.ts';
import type { BeginLogin, BegunLogin, FinishLogin, RedirectConnector } from '../redirect-connector.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { readLogin } from './read-login.ts';
import { refusalOf } from './refusal-of.ts';
import { verifyIdToken } from './verify-id-token.ts';

export interface OidcConnectorDependencies {
  readonly settings: OpenOidcSettings;
  /** The provider's metadata with this connector's client. @throws {LoginRefused} */
  readonly provider: () => Promise<client.Configuration>;
  readonly keys: IssuerKeys;
}

/** What has to be remembered from the request to the answer. */
interface Kept {
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Set if the person has to authenticate after this time; seconds since the epoch. */
  readonly authenticatedSince?: number;
}

/** Signs people in at an OpenID Connect provider: code flow with PKCE S256 and nonce (RFC 9700 §2.1). */
export function oidcConnector({ settings, provider, keys }: OidcConnectorDependencies): RedirectConnector {
  return {
    async begin(request) {
      return await beginAt(await provider(), settings, request);
    },

    async finish({ parameters, redirectUri, state, kept, now }: FinishLogin): Promise<VerifiedLogin> {
      const { nonce, codeVerifier, authenticatedSince } = JSON.parse(kept) as Kept;
      const configuration = await provider();
      const answer = new URL(redirectUri);
      answer.search = new URLSearchParams({ ...parameters }).toString();
      const tokens = await client
        .authorizationCodeGrant(configuration, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw refusalOf(error);
        });
      const { id_token: idToken = '' } = tokens;
      const claims = await verifyIdToken(keys, idToken, { issuer: settings.issuer, now });
      const more = settings.userinfo ? await readUserinfo(configuration, tokens.access_token, claims.sub) : {};
      // What is signed wins.
      return readLogin(settings, { ...more, ...claims }, authenticatedSince);
    },
  };
}

async function beginAt(
  configuration: client.Configuration,
  { scopes, hostedDomains = [] }: OpenOidcSettings,
  { state, redirectUri, loginHint, reauthenticate, now }: BeginLogin,
): Promise<BegunLogin> {
  const nonce = client.randomNonce();
  const codeVerifier = client.randomPKCECodeVerifier();
  const [hostedDomain] = hostedDomains;
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(reauthenticate && { prompt: 'login' }),
    // Only narrows the choice of accounts; the claim is what counts.
    ...(hostedDomain !== undefined && { hd: hostedDomains.length === 1 ? hostedDomain : '*' }),
  });
  const kept: Kept = {
    nonce,
    codeVerifier,
    ...(reauthenticate && { authenticatedSince: Math.floor(now / 1000) }),
  };
  return { url: url.href, kept: JSON.stringify(kept) };
}

async function readUserinfo(
  configuration: client.Configuration,
  accessToken: string,
  subject: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await client.fetchUserInfo(configuration, accessToken, subject ?? '');
  } catch (error) {
    throw new LoginRefused('userinfo', refusalOf(error).detail, error);
  }
}
