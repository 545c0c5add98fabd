import type { OutboundFetch } from '../../../http/outbound-fetch.ts';
import { LoginRefused } from '../login-refused.ts';
import { callProvider, shownUrl } from './call-provider.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { readTokenAnswer } from './read-token-answer.ts';

export interface CodeToRedeem {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
  readonly secret: string | undefined;
  readonly signal: AbortSignal;
}

/** Exchanges a code for an access token (RFC 6749 §4.1.3). @throws {LoginRefused} */
export async function redeemCode(
  fetch: OutboundFetch,
  settings: OpenOAuth2Settings,
  { code, redirectUri, codeVerifier, secret = '', signal }: CodeToRedeem,
): Promise<string> {
  const { tokenEndpoint, clientId, clientAuthentication } = settings;
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  if (codeVerifier !== undefined) body.set('code_verifier', codeVerifier);
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
  return readTokenAnswer(answer, shownUrl(tokenEndpoint));
}

/** RFC 6749 §2.3.1: both are form-encoded first. */
function basic(clientId: string, secret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')}`;
}
