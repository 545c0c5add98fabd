import type { OutboundFetch } from '../../../http/outbound-fetch.ts';
import { LoginRefused } from '../login-refused.ts';
import { callProvider, type ProviderAnswer, shownUrl } from './call-provider.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { readTokenAnswer, type TokenAnswer } from './read-token-answer.ts';

export interface TokenRequest {
  readonly secret: string | undefined;
  readonly signal: AbortSignal;
}

export interface CodeToRedeem extends TokenRequest {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
}

/** Exchanges a code for tokens (RFC 6749 §4.1.3). @throws {LoginRefused} */
export async function redeemCode(
  fetch: OutboundFetch,
  settings: OpenOAuth2Settings,
  { code, redirectUri, codeVerifier, ...request }: CodeToRedeem,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  if (codeVerifier !== undefined) body.set('code_verifier', codeVerifier);
  const answer = await callTokenEndpoint(fetch, settings, { ...request, body });
  return readTokenAnswer(answer, shownUrl(settings.tokenEndpoint));
}

/** Exchanges a refresh token for new tokens (RFC 6749 §6). @throws {LoginRefused} */
export async function redeemRefreshToken(
  fetch: OutboundFetch,
  settings: OpenOAuth2Settings,
  { refreshToken, ...request }: TokenRequest & { readonly refreshToken: string },
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const answer = await callTokenEndpoint(fetch, settings, { ...request, body });
  return readTokenAnswer(answer, shownUrl(settings.tokenEndpoint), 'refresh');
}

/** Calls the token endpoint as this client. */
async function callTokenEndpoint(
  fetch: OutboundFetch,
  { tokenEndpoint, clientId, clientAuthentication }: OpenOAuth2Settings,
  { body, secret = '', signal }: TokenRequest & { readonly body: URLSearchParams },
): Promise<ProviderAnswer> {
  if (clientAuthentication !== 'client_secret_basic') body.set('client_id', clientId);
  if (clientAuthentication === 'client_secret_post') body.set('client_secret', secret);
  const answer = await callProvider(fetch, tokenEndpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(clientAuthentication === 'client_secret_basic' && { authorization: basic(clientId, secret) }),
    },
    body: body.toString(),
    signal,
  });
  if (answer.status >= 500) {
    throw new LoginRefused('unreachable', `${shownUrl(tokenEndpoint)} answered ${answer.status}`);
  }
  return answer;
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basic(clientId: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')}`;
}
