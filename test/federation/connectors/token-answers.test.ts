import { expect, test } from '@jest/globals';
import { LoginRefused } from '../../../src/federation/connectors/login-refused.ts';
import { callProvider } from '../../../src/federation/connectors/oauth2/call-provider.ts';
import { readTokenAnswer } from '../../../src/federation/connectors/oauth2/read-token-answer.ts';
import type { OutboundFetch } from '../../../src/http/outbound-fetch.ts';

function read(text: string, status = 200, type = 'application/json'): string {
  const headers = new Headers({ 'content-type': type });
  try {
    return readTokenAnswer({ status, headers, text }, 'https://idp.example/token').accessToken;
  } catch (error) {
    if (error instanceof LoginRefused) return `refused: ${error.check} ${error.detail}`;
    throw error;
  }
}

test.each([
  ['[RFC 6749 §5.1] JSON', '{"access_token":"abc","token_type":"Bearer"}', 'application/json'],
  ['JSON under another name', '{"access_token":"abc"}', 'text/javascript; charset=UTF-8'],
  [
    'a form, as GitHub answers by default',
    'access_token=abc&scope=repo%2Cgist&token_type=bearer',
    'application/x-www-form-urlencoded',
  ],
  ['a form as plain text', 'access_token=abc&expires=5183943\n', 'text/plain'],
  ['a type of the provider’s own', '{"access_token":"abc","token_type":"user"}', 'application/json'],
])('an access token is read from %s', (_name, text, type) => {
  expect(read(text, 200, type)).toBe('abc');
});

test.each([
  ['{"error":"bad_verification_code"}', 200, 'code'],
  ['{"error":"invalid_grant"}', 400, 'code'],
  ['{"error":"incorrect_client_credentials","access_token":"abc"}', 200, 'provider-error'],
  ['error=redirect_uri_mismatch&error_description=x', 200, 'provider-error'],
  [
    '{"error":{"message":"secret text","type":"OAuthException","code":190}}',
    400,
    'provider-error the token endpoint answered OAuthException 190',
  ],
  ['{"error":"<script>alert(1)</script>\\n"}', 400, 'provider-error the token endpoint answered an error'],
  ['{"access_token":"abc"}', 500, 'provider-error'],
  ['{"access_token":"abc","token_type":"DPoP"}', 200, 'token'],
  ['{"access_token":"a b\\r\\nX: y"}', 200, 'token'],
  ['{"access_token":["abc"]}', 200, 'token'],
  ['{"access_token":""}', 200, 'token'],
  ['["access_token"]', 200, 'token'],
  ['{"access_token":', 200, 'token'],
  ['access_token=a&access_token=b', 200, 'token'],
  ['', 200, 'token'],
])('%s with status %d is refused', (text, status, expected) => {
  expect(read(text, status, 'text/plain')).toContain(`refused: ${expected}`);
});

test('a provider that does not answer in time is given up', async () => {
  const never: OutboundFetch = (_url, request) =>
    new Promise((_resolve, reject) => request?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const signal = AbortSignal.timeout(1);
  await expect(callProvider(never, 'https://idp.example/user?proof=secret', { signal })).rejects.toThrow(
    'check failed: unreachable: https://idp.example/user: no answer in time',
  );
});

test('a page of a proxy holds no token', () => {
  expect(read('access_token=abc', 200, 'text/html')).toContain('refused: token');
});
