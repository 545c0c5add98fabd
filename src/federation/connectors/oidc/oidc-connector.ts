import * as client from 'openid-client';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import type { BeginLogin, BegunLogin, FinishLogin, RedirectConnector } from '../redirect-connector.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { mergedClaims } from './merged-claims.ts';
import { namedInAnswer } from './name-in-answer.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { offlineRequest } from './presets.ts';
import { readLogin } from './read-login.ts';
import { readUserinfo } from './read-userinfo.ts';
import { refusalOf } from './refusal-of.ts';
import { sessionToKeep } from './sign-out.ts';
import { verifyIdToken } from './verify-id-token.ts';

export interface OidcConnectorDependencies {
  readonly settings: OpenOidcSettings;
  /** The provider's metadata with this connector's client. @throws {LoginRefused} */
  readonly provider: () => Promise<client.Configuration>;
  readonly keys: IssuerKeys;
}

/** What has to be remembered from the request to the answer. */
interface Kept {
  /** Absent if the provider does not return it. */
  readonly nonce?: string | undefined;
  /** Absent if the provider does not support PKCE. */
  readonly codeVerifier?: string | undefined;
  /** Set if the person has to authenticate after this time; seconds since the epoch. */
  readonly authenticatedSince?: number;
}

/**
 * Signs people in at an OpenID Connect provider: code flow with PKCE S256 and nonce (RFC 9700 §2.1), unless the connector says that its
 * provider does not support one of them.
 */
export function oidcConnector({ settings, provider, keys }: OidcConnectorDependencies): RedirectConnector {
  return {
    answersByPost: settings.responseMode === 'form_post',

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
          ...(nonce !== undefined && { expectedNonce: nonce }),
          ...(codeVerifier !== undefined && { pkceCodeVerifier: codeVerifier }),
          // Without a nonce, the library would do without an ID token too.
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw refusalOf(error);
        });
      const { id_token: idToken = '' } = tokens;
      const claims = await verifyIdToken(keys, idToken, { issuer: settings.issuer, now });
      const more = settings.userinfo ? await readUserinfo(configuration, tokens.access_token, claims.sub) : {};
      const all = mergedClaims(claims, more);
      const named = settings.preset === 'apple' ? namedInAnswer(all, parameters['user']) : all;
      const login = readLogin(settings, named, { signed: claims, authenticatedSince });
      return {
        ...login,
        providerSession: sessionToKeep(settings, idToken),
        ...(settings.recheckAfter !== undefined && { refreshToken: tokens.refresh_token }),
      };
    },
  };
}

async function beginAt(
  configuration: client.Configuration,
  settings: OpenOidcSettings,
  { state, redirectUri, loginHint, reauthenticate, now }: BeginLogin,
): Promise<BegunLogin> {
  const { scopes, hostedDomains = [], pkce, nonce: usesNonce, responseMode } = settings;
  const offline = settings.recheckAfter === undefined ? {} : offlineRequest(settings);
  const prompts = [...(reauthenticate ? ['login'] : []), ...(offline.prompt === undefined ? [] : [offline.prompt])];
  const nonce = usesNonce === false ? undefined : client.randomNonce();
  const codeVerifier = pkce === false ? undefined : client.randomPKCECodeVerifier();
  const [hostedDomain] = hostedDomains;
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: [...new Set([...scopes, ...(offline.scopes ?? [])])].join(' '),
    state,
    ...(nonce !== undefined && { nonce }),
    ...(codeVerifier !== undefined && {
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }),
    ...(responseMode !== undefined && { response_mode: responseMode }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(prompts.length > 0 && { prompt: prompts.join(' ') }),
    ...offline.parameters,
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
