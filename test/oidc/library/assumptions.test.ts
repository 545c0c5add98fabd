import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import type Provider from 'oidc-provider';
import { hashedId } from '../../../src/keys/hashed-id.ts';
import { browserSession } from '../../../src/oidc/library/browser-session.ts';
import { clientRefusal } from '../../../src/oidc/library/client-metadata.ts';
import { currentRequest } from '../../../src/oidc/library/current-request.ts';
import { codeProblem } from '../../../src/oidc/library/device-code.ts';
import { REASONS } from '../../../src/oidc/library/grant-refusals.ts';
import { loadOidcProvider, type OidcProviderLibrary } from '../../../src/oidc/library/load-oidc-provider.ts';
import { beforeRoutes, behindRoutes } from '../../../src/oidc/library/middleware.ts';
import { pinOrigin } from '../../../src/oidc/library/request-origin.ts';
import { signingKeys } from '../../../src/oidc/library/signing-keys.ts';
import { namesOf, nameTokens } from '../../../src/oidc/library/token-ids.ts';
import { type BareProvider, CODE_GRANT, REDIRECT_URI, startBareProvider } from './bare-provider.ts';

/**
 * What `src/oidc/library/` relies on that oidc-provider does not document. Its version is pinned; these tests say, by their names, which
 * of it another version changes.
 */
let bare: BareProvider;
// The library says of each default that it could be set.
beforeAll(() => void jest.spyOn(console, 'info').mockImplementation(() => {}));
afterEach(() => bare?.close());

interface Patched {
  [method: string]: (...args: unknown[]) => unknown;
}

/** Has each call of a method told before it is made. */
function watch(object: object, method: string, tell: (self: Record<string, unknown>, args: unknown[]) => void): void {
  const patched = object as Patched;
  const original = patched[method] as (...args: unknown[]) => unknown;
  patched[method] = function (this: Record<string, unknown>, ...args) {
    tell(this, args);
    return original.apply(this, args);
  };
}

const MODELS = ['Session', 'AuthorizationCode', 'RefreshToken', 'AccessToken'] as const;

function prototypeOf(provider: Provider, model: string): object {
  return (provider as unknown as Record<string, { readonly prototype: object }>)[model]?.prototype ?? {};
}

test('the version in package.json is exact, and the installed one', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { version } = JSON.parse(readFileSync('node_modules/oidc-provider/package.json', 'utf8'));
  expect(dependencies['oidc-provider']).toBe(version);
});

test('loading prints no warning except the suppressed one about the runtime', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  await loadOidcProvider();
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('Provider.ctx is the current request, and undefined outside', async () => {
  const named: unknown[] = [];
  bare = await startBareProvider((provider, library) =>
    watch(prototypeOf(provider, 'ClientCredentials'), 'save', () => named.push(currentRequest(library).get())),
  );
  await bare.post('/token', { grant_type: 'client_credentials' });
  expect(named).toEqual([expect.objectContaining({ url: '/token' })]);
  expect(currentRequest(bare.library).get()).toBeUndefined();
});

test('secrets in the header and in the form are both compared by Client.compareClientSecret', async () => {
  const compared: unknown[] = [];
  bare = await startBareProvider((provider) =>
    watch(prototypeOf(provider, 'Client'), 'compareClientSecret', (self, [secret]) =>
      compared.push([self['clientId'], secret]),
    ),
  );
  await bare.post('/token', { grant_type: 'client_credentials' });
  await bare.post('/token', { grant_type: 'client_credentials', client_id: 'app', client_secret: 'other' }, {});
  expect(compared).toEqual([
    ['app', 'secret'],
    ['app', 'other'],
  ]);
});

test('requests find their client with Client.find', async () => {
  const found: unknown[] = [];
  bare = await startBareProvider((provider) => watch(provider.Client, 'find', (_self, [id]) => found.push(id)));
  await bare.post('/token', { grant_type: 'client_credentials' });
  expect(new Set(found)).toEqual(new Set(['app']));
});

test('Client is constructed from metadata, and rejects invalid ones with a description', async () => {
  bare = await startBareProvider();
  const { library, provider } = bare;
  const good = { client_id: 'x', client_secret: 'y', redirect_uris: [REDIRECT_URI] };
  expect(clientRefusal(library, provider, good)).toBeUndefined();
  expect(clientRefusal(library, provider, { ...good, redirect_uris: ['nowhere'] })).toMatch(/redirect_uris/);
});

test('the ids of codes and refresh tokens have 43 characters, and are generated when their grant is known', async () => {
  bare = await startBareProvider((provider, library) => nameTokens(provider, library));
  const code = await bare.logIn();
  const { refresh_token: token } = (await (await bare.post('/token', { ...CODE_GRANT, code })).json()) as {
    refresh_token: string;
  };
  const grant = bare.asked.find(({ what }) => what === 'upsert Grant')?.id;
  expect(grant).toHaveLength(43);
  expect([namesOf(code), namesOf(token)]).toEqual(Array(2).fill({ grantId: grant, session: undefined }));
});

test('the id of a code is generated when it is known whether it ends with a session, and with which', async () => {
  bare = await startBareProvider(
    (provider, library) => nameTokens(provider, library),
    () => ({ expiresWithSession: async () => true }),
  );
  const { session } = namesOf(await bare.logIn());
  const stored = bare.asked.findLast(({ what }) => what === 'upsert Session');
  expect(session).toBe(hashedId(stored?.id ?? ''));
});

test.each(MODELS)(
  'members of a %s named in IN_PAYLOAD are stored, and present when it is found again',
  async (name) => {
    const seen: unknown[] = [];
    bare = await startBareProvider((provider) => {
      const model = provider[name] as unknown as { readonly IN_PAYLOAD: readonly string[]; readonly prototype: object };
      Object.defineProperty(model, 'IN_PAYLOAD', { value: [...model.IN_PAYLOAD, 'mark'] });
      watch(model.prototype, 'save', (self) => {
        seen.push(self['mark']);
        self['mark'] = 'kept';
      });
    });
    const code = await bare.logIn();
    await bare.post('/token', { ...CODE_GRANT, code });
    const stored = bare.asked.filter(({ what }) => what === `upsert ${name}`);
    expect(stored.map(({ payload }) => payload?.['mark'])).toEqual(seen.map(() => 'kept'));
    if (name === 'Session') expect(seen).toContain('kept');
  },
);

test('a sign-in calls Session.loginAccount while the interaction with its result is an entity', async () => {
  const results: unknown[] = [];
  bare = await startBareProvider((provider, library) =>
    watch(prototypeOf(provider, 'Session'), 'loginAccount', (_self, [details]) => {
      const { Interaction } = (library.Provider.ctx?.oidc.entities ?? {}) as {
        Interaction?: { result?: { login?: { accountId?: string } } };
      };
      results.push([(details as { accountId: string }).accountId, Interaction?.result?.login?.accountId]);
    }),
  );
  await bare.logIn();
  // Once more at the consent, whose result keeps that of the sign-in.
  expect(results).toEqual([
    ['alice', 'alice'],
    ['alice', 'alice'],
  ]);
});

test('the source of a token is an entity of the request when the token is saved', async () => {
  const saved: string[] = [];
  bare = await startBareProvider((provider, library) => {
    for (const model of ['AuthorizationCode', 'RefreshToken', 'AccessToken']) {
      watch(prototypeOf(provider, model), 'save', ({ kind }) => {
        const names = Object.keys(library.Provider.ctx?.oidc.entities ?? {});
        const sources = ['Session', 'AuthorizationCode', 'RotatedRefreshToken'].filter((name) => names.includes(name));
        saved.push(`${kind} of ${sources.join(' and ')}`);
      });
    }
  });
  const code = await bare.logIn();
  const tokens = await (await bare.post('/token', { ...CODE_GRANT, code })).json();
  const { refresh_token } = tokens as { refresh_token: string };
  await bare.post('/token', { grant_type: 'refresh_token', refresh_token });
  expect(saved).toEqual([
    // The code is an entity before it is saved.
    'AuthorizationCode of Session and AuthorizationCode',
    'AccessToken of AuthorizationCode',
    'RefreshToken of AuthorizationCode',
    'RefreshToken of RotatedRefreshToken',
    'AccessToken of RotatedRefreshToken',
  ]);
});

test('an ID token is issued with use "idtoken", gets claims by set(), and its account is an entity', async () => {
  const issued: unknown[] = [];
  bare = await startBareProvider((provider, library) =>
    watch(provider.IdToken.prototype, 'issue', (self, [options]) => {
      (self['set'] as (claim: string, value: string) => void).call(self, 'mark', 'here');
      issued.push([(options as { use?: string }).use, library.Provider.ctx?.oidc.entities.Account?.accountId]);
    }),
  );
  const code = await bare.logIn();
  const { id_token } = (await (await bare.post('/token', { ...CODE_GRANT, code })).json()) as { id_token: string };
  expect(issued).toEqual([['idtoken', 'alice']]);
  expect(decodeJwt(id_token)['mark']).toBe('here');
});

test('a pushed request is a JWT with the client id, saved with save() and found with find()', async () => {
  const told: unknown[] = [];
  bare = await startBareProvider(
    (provider) => {
      const model = provider.PushedAuthorizationRequest;
      watch(model, 'find', (_self, [id]) => told.push(['find', typeof id]));
      watch(prototypeOf(provider, 'PushedAuthorizationRequest'), 'save', ({ request }) =>
        told.push(['save', decodeJwt(String(request))['client_id']]),
      );
    },
    () => ({ features: { pushedAuthorizationRequests: { enabled: true } } }),
  );
  const request = { client_id: 'app', response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'openid' };
  const pushed = await bare.post('/request', request);
  const { request_uri } = (await pushed.json()) as { request_uri: string };
  await fetch(`${bare.url}/auth?${new URLSearchParams({ client_id: 'app', request_uri })}`, { redirect: 'manual' });
  expect(told).toEqual([
    ['save', 'app'],
    ['find', 'string'],
  ]);
});

test('URLs are built from the host and protocol of Provider.request', async () => {
  bare = await startBareProvider((provider) => pinOrigin(provider, 'https://id.example'));
  const metadata = await (await fetch(`${bare.url}/.well-known/openid-configuration`)).json();
  expect(metadata).toMatchObject({ token_endpoint: 'https://id.example/token' });
});

test('middleware added with use() runs before the routes; middleware pushed gets requests that match no route', async () => {
  const passed: string[] = [];
  const pass =
    (where: string) =>
    (ctx: { readonly path: string }, next: () => Promise<void>): Promise<void> => {
      passed.push(`${where} ${ctx.path}`);
      return next();
    };
  bare = await startBareProvider((provider) => {
    beforeRoutes(provider, [pass('before')]);
    behindRoutes(provider, pass('behind'));
  });
  await fetch(`${bare.url}/jwks`);
  await fetch(`${bare.url}/nothing`);
  expect(passed).toEqual(['before /jwks', 'before /nothing', 'behind /nothing']);
});

test('an external key signs with its own sign(), and its public key is published', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { kid: 'ours', algorithm: 'ES256', privateKey, publicKey } as never;
  bare = await startBareProvider(undefined, (library: OidcProviderLibrary) => ({
    jwks: signingKeys(library, [key]) as never,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    features: { externalSigningSupport: { enabled: true, ack: 'experimental-01' } },
  }));
  const code = await bare.logIn();
  const { id_token } = (await (await bare.post('/token', { ...CODE_GRANT, code })).json()) as { id_token: string };
  const published = (await (await fetch(`${bare.url}/jwks`)).json()) as JSONWebKeySet;
  expect((await jwtVerify(id_token, createLocalJWKSet(published))).payload.sub).toBe('alice');
});

test('Session.get accepts a context from createContext; a session with a new id removes its old record', async () => {
  bare = await startBareProvider();
  const { provider, asked } = bare;
  await bare.logIn();
  const before = asked.findLast(({ what }) => what === 'upsert Session');
  const session = await provider.Session.find(before?.id ?? '');
  session?.resetIdentifier();
  await session?.persist();
  expect(asked.slice(-2).map(({ what, id }) => [what, id === before?.id])).toEqual([
    ['destroy Session', true],
    ['upsert Session', false],
  ]);
  const req = { headers: {}, socket: {}, url: '/' } as never;
  const stranger = await browserSession(provider, { req, res: { getHeader: () => {}, setHeader: () => {} } as never });
  expect(stranger.accountId).toBeUndefined();
});

test('[S03] an interaction is destroyed before anything is created for it', async () => {
  bare = await startBareProvider();
  await bare.logIn();
  const steps = bare.asked.map(({ what }) => what).filter((what) => !what.startsWith('find'));
  const before = (what: string): string | undefined => steps[steps.indexOf(what) - 1];
  expect(steps.filter((what) => what === 'destroy Interaction')).toHaveLength(2);
  expect(steps.indexOf('destroy Interaction')).toBeLessThan(steps.indexOf('upsert Session'));
  expect(before('upsert AuthorizationCode')).toBe('destroy Interaction');
});

test('[S03] a code is consumed before a token is created for it', async () => {
  bare = await startBareProvider();
  const code = await bare.logIn();
  const from = bare.asked.length;
  await bare.post('/token', { ...CODE_GRANT, code });
  const steps = bare.asked.slice(from).map(({ what }) => what);
  expect(steps.indexOf('consume AuthorizationCode')).toBeGreaterThan(-1);
  expect(steps.indexOf('consume AuthorizationCode')).toBeLessThan(steps.indexOf('upsert AccessToken'));
});

test('a client announces a sign-out with backchannelLogout(subject, sid), and has the URL', async () => {
  bare = await startBareProvider(undefined, () => ({ features: { backchannelLogout: { enabled: true } } }));
  const { Client } = bare.provider as unknown as { readonly Client: new (metadata: object) => Record<string, unknown> };
  const secret = { client_id: 'x', client_secret: 'y', redirect_uris: [REDIRECT_URI] };
  const client = new Client({ ...secret, backchannel_logout_uri: 'https://app.example/out' });
  expect(client['backchannelLogoutUri']).toBe('https://app.example/out');
  expect(client['backchannelLogout']).toHaveLength(2);
});

const SOURCES = readdirSync('node_modules/oidc-provider/lib', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.js'))
  .map((path) => readFileSync(join('node_modules/oidc-provider/lib', path), 'utf8'))
  .join('\n');

/** Which of our words for a reason is made by the adapter, not by the library. */
const OURS = 'it was used already';
test.each(Object.keys(REASONS).filter((reason) => reason !== OURS))(
  'a grant is refused with the reason %p',
  (reason) => {
    const parts = reason
      .split(/\b(?:authorization code|device code|backchannel authentication request|refresh token)\b/)
      .map((part) => part.trim());
    for (const part of parts.filter(Boolean)) expect(SOURCES).toContain(part);
  },
);

test.each([
  'post_logout_redirect_uri not registered',
  '(referenced account not found)',
  '</form>',
  'native_client_prompt',
])('the library says %p', (text) => expect(SOURCES).toContain(text));

test.each(['NoCodeError', 'NotFoundError', 'ExpiredError', 'AlreadyUsedError', 'AbortedError'])(
  'the page for a code is shown again with %p',
  (name) => {
    expect(SOURCES).toContain(`class ${name} extends ReRenderError`);
    expect(codeProblem(Object.assign(new Error(), { name }))).not.toBe('error');
  },
);

test('only src/oidc/library uses internals of oidc-provider', () => {
  const reaches =
    /\.prototype\b|Provider\.ctx\b|IN_PAYLOAD|\.middleware\b|createContext|^import (?!type\b)[^;]* from 'oidc-provider|import\('oidc-provider/m;
  const files = readdirSync('src/oidc', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('library'),
  );
  expect(files.filter((path) => reaches.test(readFileSync(join('src/oidc', path), 'utf8')))).toEqual([]);
});
