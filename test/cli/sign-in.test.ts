import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { signIn } from '../../src/cli/sign-in.ts';
import { standInServer } from './stand-in-server.ts';

const MACHINE = { platform: 'linux', env: {}, home: '/people/ann' } as const;

let server: Awaited<ReturnType<typeof standInServer>>;
let nonce: string;
let codes: string[];
beforeAll(async () => {
  server = await standInServer(({ path, form }) => {
    const issuer = `${server.url}/oidc`;
    if (path.endsWith('/openid-configuration')) {
      const body = {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        revocation_endpoint: `${issuer}/token/revocation`,
        rolecall_role_credentials_endpoint: `${issuer}/role-credentials`,
      };
      return { body };
    }
    codes.push(form.get('code') ?? '');
    const claims = Buffer.from(JSON.stringify({ iss: issuer, aud: 'rolecall-cli', nonce })).toString('base64url');
    return { body: { access_token: 'a', refresh_token: 'r', id_token: `e30.${claims}.` } };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  codes = [];
});

/** Begins a sign-in without a browser; `pasted` gets the authorization request, and says what is typed into the terminal. */
async function signInByPaste(pasted: (request: URL) => readonly string[]) {
  const input = new PassThrough();
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    const [address] = /http\S+\/auth\?\S+/.exec(line) ?? [];
    if (address === undefined) return;
    const request = new URL(address);
    nonce = request.searchParams.get('nonce') ?? '';
    for (const text of pasted(request)) input.write(`${text}\n`);
  };
  const signedIn = await signIn({ endpoint: server.url, machine: MACHINE, useBrowser: true, say, input });
  return { signedIn, said: said.join('\n') };
}

const answerTo = (request: URL, change: Record<string, string> = {}): string => {
  const url = new URL(request.searchParams.get('redirect_uri') ?? '');
  const state = request.searchParams.get('state') ?? '';
  url.search = new URLSearchParams({ code: 'c', state, iss: `${server.url}/oidc`, ...change }).toString();
  return url.href;
};

test('[cli] without a browser, the address bar of another machine is pasted; anything else is ignored', async () => {
  const { signedIn, said } = await signInByPaste((request) => [
    '',
    'yes',
    answerTo(request, { state: 'of somebody else', code: 'stolen' }),
    `  ${answerTo(request)}  `,
  ]);
  expect([signedIn.tokens.refreshToken, codes]).toEqual(['r', ['c']]);
  expect(said).toContain('No browser could be opened on this machine');
  expect(said).toContain('Never paste it anywhere else');
});

test('a pasted answer of another issuer ends the sign-in', async () => {
  const pasted = signInByPaste((request) => [answerTo(request, { iss: 'https://evil.example/oidc' })]);
  await expect(pasted).rejects.toThrow('comes from another server');
  expect(codes).toEqual([]);
});
