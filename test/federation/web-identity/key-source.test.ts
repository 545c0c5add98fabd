import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import type { IssuerSettings } from '../../../src/federation/web-identity/issuer-settings.ts';
import { requireIssuerFiles } from '../../../src/federation/web-identity/issuer-settings.ts';
import { readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { keySource } from '../../../src/federation/web-identity/key-source.ts';
import {
  type IssuerKey,
  makeAuthority,
  makeKey,
  type OutsideIssuer,
  type PrivateAuthority,
  startIssuer,
} from './outside-issuer.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let authority: PrivateAuthority;
let key: IssuerKey;
let issuer: OutsideIssuer;
let secure: OutsideIssuer;
beforeAll(async () => {
  directory = temporaryDirectory();
  authority = makeAuthority(directory.path);
  key = await makeKey('k1');
  issuer = await startIssuer([key.jwk]);
  secure = await startIssuer([key.jwk], authority);
});
afterEach(() => {
  issuer.interfere = () => false;
});
afterAll(async () => {
  await Promise.all([issuer.close(), secure.close()]);
  directory.remove();
});

const settingsOf = (own: Partial<IssuerSettings>): IssuerSettings => ({
  issuer: '',
  jwksFile: undefined,
  jwksUri: undefined,
  caFile: undefined,
  allowPrivateNetworks: true,
  ...own,
});
const keysOf = (url: string, own: Partial<IssuerSettings> = {}, allowPrivate = false) =>
  keySource({ issuer: url, settings: settingsOf(own), allowPrivate })();

describe('the keys of an issuer', () => {
  test('[OIDC Discovery §4] are found by discovery, also below a path that ends in a slash', async () => {
    expect((await keysOf(issuer.url)).text).toBe(JSON.stringify([key.jwk]));
    issuer.interfere = (path, response) => {
      if (path !== '/tenant/.well-known/openid-configuration') return false;
      response.end(JSON.stringify({ issuer: `${issuer.url}/tenant/`, jwks_uri: `${issuer.url}/keys` }));
      return true;
    };
    expect((await keysOf(`${issuer.url}/tenant/`)).text).toBe(JSON.stringify([key.jwk]));
  });

  test('[S47] behind a private certificate authority need that authority', async () => {
    await expect(keysOf(secure.url)).rejects.toThrow(/certificate/);
    expect((await keysOf(secure.url, { caFile: authority.caFile })).text).toBe(JSON.stringify([key.jwk]));
  });

  test('come from a configured address without discovery', async () => {
    const before = secure.asked.length;
    const own = { caFile: authority.caFile, jwksUri: `${secure.url}/keys` };
    expect((await keysOf('https://kubernetes.default.svc', own)).text).toBe(JSON.stringify([key.jwk]));
    expect(secure.asked.slice(before)).toEqual(['/keys']);
  });

  test('come from a file, which is read again when it has changed', async () => {
    const jwksFile = join(directory.path, 'keys.json');
    const other = await makeKey('k2');
    for (const { jwk } of [key, other]) {
      writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
      expect((await keysOf('https://cluster.internal', { jwksFile })).text).toBe(JSON.stringify([jwk]));
    }
    const source = keySource({
      issuer: 'x',
      settings: settingsOf({ jwksFile: `${jwksFile}.gone` }),
      allowPrivate: false,
    });
    await expect(source()).rejects.toMatchObject({ isUnreachable: false });
  });
});

describe('[S47] the keys of an issuer are refused', () => {
  const answering =
    (
      wanted: string,
      answer: (response: Parameters<OutsideIssuer['interfere']>[1]) => unknown,
    ): OutsideIssuer['interfere'] =>
    (path, response) => {
      if (path !== wanted) return false;
      answer(response);
      return true;
    };
  const DISCOVERY = '/.well-known/openid-configuration';

  test('at a private address, unless it is allowed for this issuer or for all', async () => {
    const before = issuer.asked.length;
    const closed = { allowPrivateNetworks: false };
    await expect(keysOf(issuer.url, closed)).rejects.toMatchObject({ isUnreachable: true });
    for (const host of ['127.0.0.1', '[::1]', '10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]']) {
      await expect(keysOf(`https://${host}:${issuer.port}`, closed)).rejects.toThrow(/not a public address/);
    }
    expect(issuer.asked).toHaveLength(before);
    await expect(keysOf(issuer.url, closed, true)).resolves.toBeDefined();
  });

  test('at a private address that a public issuer points to', async () => {
    // As discovery by a public issuer would answer; the address itself is what is refused.
    await expect(
      keysOf('https://public.example.com', { jwksUri: 'https://127.0.0.1/keys', allowPrivateNetworks: false }),
    ).rejects.toThrow(/127\.0\.0\.1 is not a public address/);
  });

  test.each<[string, string, (url: string) => object | string, RegExp]>([
    ['another issuer', DISCOVERY, (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/keys` }), /names another issuer/],
    ['no issuer', DISCOVERY, (url) => ({ jwks_uri: `${url}/keys` }), /names another issuer/],
    ['no keys', DISCOVERY, (url) => ({ issuer: url }), /no https address/],
    [
      'keys by another scheme',
      DISCOVERY,
      (url) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }),
      /no https address/,
    ],
    ['a list', DISCOVERY, () => [], /names another issuer/],
    ['no JSON', DISCOVERY, () => '<html>', /is not JSON/],
    ['keys that are none', '/keys', () => ({ keys: 'none' }), /not a JWK Set/],
  ])('with %s', async (_name, path, answer, expected) => {
    issuer.interfere = answering(path, (response) => {
      const body = answer(issuer.url);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await expect(keysOf(issuer.url)).rejects.toMatchObject({
      message: expect.stringMatching(expected),
      isUnreachable: false,
    });
  });

  test('over plain http from an https issuer', async () => {
    secure.interfere = answering(DISCOVERY, (response) =>
      response.end(JSON.stringify({ issuer: secure.url, jwks_uri: `${issuer.url}/keys` })),
    );
    await expect(keysOf(secure.url, { caFile: authority.caFile })).rejects.toThrow(/no https address/);
    secure.interfere = () => false;
  });

  test.each([DISCOVERY, '/keys'])('by a redirect: %s', async (path) => {
    const before = issuer.asked.length;
    issuer.interfere = answering(path, (response) => response.writeHead(302, { location: '/secret' }).end());
    await expect(keysOf(issuer.url)).rejects.toThrow(/answered 302/);
    expect(issuer.asked.slice(before)).not.toContain('/secret');
  });

  test.each([DISCOVERY, '/keys'])('with an endless answer: %s', async (path) => {
    let sent = 0;
    issuer.interfere = answering(path, (response) => {
      const piece = Buffer.alloc(65_536, ' ');
      const more = (): void => {
        while (!response.destroyed && sent < 100 * 2 ** 20) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
      };
      more();
    });
    await expect(keysOf(issuer.url)).rejects.toThrow(/larger than 262144 bytes/);
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  test('from a server that does not answer in time', async () => {
    issuer.interfere = answering('/keys', () => {});
    const source = keySource({ issuer: issuer.url, settings: settingsOf({}), allowPrivate: false, timeoutMs: 200 });
    await expect(source()).rejects.toMatchObject({
      // On a busy machine, the request before the one for the keys may also take too long.
      message: expect.stringMatching(new RegExp(`^${issuer.url}/\\S+: no answer in time$`)),
      isUnreachable: true,
    });
  });

  test('from a server that fails', async () => {
    issuer.interfere = answering('/keys', (response) => response.writeHead(503).end());
    await expect(keysOf(issuer.url)).rejects.toMatchObject({ isUnreachable: true });
    issuer.interfere = answering('/keys', (response) => response.writeHead(404).end());
    await expect(keysOf(issuer.url)).rejects.toMatchObject({ isUnreachable: false });
  });
});

test('a configured file that cannot be used is named before anything is served', () => {
  const check = (own: Partial<IssuerSettings>) =>
    requireIssuerFiles([settingsOf({ issuer: 'https://a.example', ...own })], (text) => readKeySet(JSON.parse(text)));
  const bad = join(directory.path, 'bad.json');
  writeFileSync(bad, '{"keys": []}');
  expect(() => check({ jwksFile: bad })).toThrow(
    /https:\/\/a\.example: .*bad\.json cannot be used: it has no public key/,
  );
  expect(() => check({ jwksFile: `${bad}.gone` })).toThrow(/ENOENT/);
  expect(() => check({ caFile: bad })).toThrow(/cannot be used/);
  expect(() => check({ caFile: authority.caFile })).not.toThrow();
});
