import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SECRET } from '../app.ts';
import {
  ACCESS,
  type ExchangeScene,
  GRANT,
  ID,
  IDENTITY,
  JWT,
  openExchangeScene,
  ROLE,
  subject,
} from './exchange-scene.ts';

let scene: ExchangeScene;
let token: string;
beforeAll(async () => {
  scene = await openExchangeScene();
  await scene.addPerson('alice');
  token = (await scene.logIn('alice')).access_token;
});
afterAll(async () => {
  expect(scene.server.errors).toEqual([]);
  await scene.close();
});

const basic = `Basic ${Buffer.from(`orders:${encodeURIComponent(SECRET)}`).toString('base64')}`;

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${scene.server.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** RFC 6749 §5.2: a JSON error, in the allowed characters, that no cache keeps. */
function expectOAuthError({ status, text, headers }: Awaited<ReturnType<typeof post>>): string {
  expect([400, 401, 503]).toContain(status);
  expect(headers.get('content-type')).toContain('application/json');
  expect(headers.get('cache-control')).toContain('no-store');
  const { error, error_description: description = '' } = JSON.parse(text) as Record<string, string>;
  expect(description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
  return error ?? '';
}

const NAMES = [
  ...['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type'],
  ...['resource', 'audience', 'scope', 'duration_seconds'],
];
const VALUES = [
  ...[
    '\u0000',
    '\u0000x',
    'x\u0000',
    '"\\',
    'é',
    '😀',
    '\ud800',
    '[]',
    '{}',
    'null',
    'undefined',
    '__proto__',
    '..',
    '../../x',
  ],
  ...[
    'a.b.c',
    'e30.e30.',
    'e30.e30.e30',
    'http://169.254.169.254/latest/meta-data/',
    'k8s-aws-v1.',
    'k8s-aws-v1.e30',
    'e30',
    'e30=',
  ],
  ...[
    'x'.repeat(20_000),
    `https://x/?${'a=b&'.repeat(2000)}`,
    Buffer.from('{"iam_request_url":1}').toString('base64url'),
    '-1',
    '1e9',
    ' ',
  ],
];

describe('[TRAPS: malformed input] token exchange answers everything with an OAuth error', () => {
  const form = (more: object = {}) =>
    ({ grant_type: GRANT, ...subject(token), audience: 'ledger', ...more }) as Record<string, string>;

  test.each(NAMES)('%s with every odd value', async (name) => {
    for (const value of VALUES) {
      for (const type of name === 'subject_token' ? [ACCESS, ID, JWT, IDENTITY] : [ACCESS]) {
        const given = form({ subject_token_type: type, [name]: value });
        const answer = await post(new URLSearchParams(given).toString());
        if (answer.status !== 200) expectOAuthError(answer);
        else
          expect([
            'duration_seconds',
            'scope',
            'actor_token',
            'resource',
            'requested_token_type',
            'audience',
          ]).toContain(name);
      }
    }
  });

  test('parameters that are given twice, or as arrays', async () => {
    for (const name of NAMES) {
      const params = new URLSearchParams(form());
      params.append(name, 'x');
      params.append(name, 'y');
      expect(expectOAuthError(await post(params.toString()))).toMatch(
        name === 'resource' || name === 'audience' ? /invalid_target/ : /invalid_request/,
      );
      const arrays = `${new URLSearchParams(form())}&${name}[]=x&${name}[0][a]=y`;
      const answer = await post(arrays);
      if (answer.status !== 200) expectOAuthError(answer);
    }
  });

  test('missing parameters, unknown types, wrong bodies', async () => {
    const { subject_token: _token, ...untold } = form();
    const { subject_token_type: _type, ...untyped } = form();
    for (const given of [
      untold,
      untyped,
      form({ subject_token_type: ROLE }),
      form({ subject_token_type: 'urn:x' }),
      form({ requested_token_type: 'urn:x' }),
    ]) {
      expect(expectOAuthError(await post(new URLSearchParams(given as Record<string, string>).toString()))).toBe(
        'invalid_request',
      );
    }
    const json = JSON.stringify(form());
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded; charset=nonsense',
    ]) {
      const answer = await post(json, { 'content-type': type });
      expectOAuthError(answer);
    }
    expect(expectOAuthError(await post(`${new URLSearchParams(form())}&x=${'y'.repeat(200_000)}`))).toBe(
      'invalid_request',
    );
    expect(expectOAuthError(await post('\u0000'))).toBe('invalid_request');
  });
});

describe('clients that may not exchange', () => {
  test('[TRAPS: token exchange] public clients cannot be registered for it', async () => {
    const open = openExchangeScene([{ client_id: 'p', token_endpoint_auth_method: 'none', grant_types: [GRANT] }]);
    await expect(open).rejects.toThrow(/needs a client that authenticates/);
    const useless = openExchangeScene([
      { client_id: 'p', client_secret: SECRET, grant_types: ['client_credentials'], token_exchange: {} },
    ]);
    await expect(useless).rejects.toThrow(/token_exchange.*needs/);
  });

  test('a client without the grant type, and one whose secret is wrong', async () => {
    const limited = await scene.exchange('limited', subject(token));
    expect(limited).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await post(`grant_type=${GRANT}`, { authorization: 'Basic eDp5' })).status).toBe(401);
  });

  test('[RFC 8414 §2] discovery lists the grant type only while a client has it', async () => {
    const grants = async (url: string) =>
      (
        (await (await fetch(`${url}/oidc/.well-known/openid-configuration`)).json()) as {
          grant_types_supported: string[];
        }
      ).grant_types_supported;
    expect(await grants(scene.server.url)).toContain(GRANT);
    const other = await openExchangeScene([]);
    expect(await grants(other.server.url)).not.toContain(GRANT);
    await other.close();
  });
});
