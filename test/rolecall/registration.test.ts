import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openRegistrationSweep } from '../../src/app/applications/registration-sweep.ts';
import { lookAlikeKey } from '../../src/identity/applications/registration/look-alikes.ts';
import { storeUse } from '../../src/identity/applications/registration/registered-applications.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { manage, register } from '../oidc/registration/registration-scene.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
const RESOURCE = 'https://mcp.example/mcp';
const DAY = 24 * 3_600_000;
const CLIENT = { client_name: 'Desk Helper', redirect_uris: ['https://new.example/callback'] };
let server: InProcessServer;
let store: IdentityStore;
let issuer: URL;
beforeAll(async () => {
  const file = join(directory.path, 'config.json');
  const registration = { mode: 'tokens', resources: [{ resource: RESOURCE, scopes: ['tools'] }] };
  writeFileSync(file, JSON.stringify({ oidc: { registration } }));
  server = await startInProcess({ ROLECALL_CONFIG: file }, (stores) => {
    store = announceChanges(openIdentityStore(stores.collections), stores.ephemeral);
    return stores;
  });
  issuer = new URL(`${server.url}/oidc`);
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

interface Answer {
  readonly Token?: string;
  readonly InitialAccessToken?: Readonly<Record<string, unknown>> & { readonly TokenId: string };
  readonly InitialAccessTokens?: readonly (Readonly<Record<string, unknown>> & { readonly TokenId: string })[];
  readonly Application?: Readonly<Record<string, unknown>>;
  readonly Applications?: readonly (Readonly<Record<string, unknown>> & { readonly ApplicationId: string })[];
  readonly NextToken?: string;
  readonly __type?: string;
}
async function ask(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, body, ...(JSON.parse(body) as Answer) };
}
async function newToken(input: object = {}, key: Key = server.admin) {
  const answer = await ask('CreateInitialAccessToken', input, key);
  expect({ status: answer.status, type: answer.__type }).toEqual({ status: 200, type: undefined });
  return { token: answer.Token ?? '', id: answer.InitialAccessToken?.TokenId ?? '' };
}
async function newClient(metadata: object = CLIENT): Promise<Record<string, unknown> & { client_id: string }> {
  const { token } = await newToken();
  const { status, body } = await register(issuer, metadata, { token });
  expect(status).toBe(201);
  return body;
}
const events = (name: string): readonly AuditEvent[] => server.events.filter(({ eventName }) => eventName === name);

describe('[RFC 7591 §1.2] initial access tokens', () => {
  test('are shown once, work as often as they say, and are listed without the token', async () => {
    const { token, id } = await newToken({ Uses: 2, Description: 'MCP servers' });
    for (let each = 0; each < 2; each++) expect((await register(issuer, CLIENT, { token })).status).toBe(201);
    const { status, body, headers } = await register(issuer, CLIENT, { token });
    expect({ status, error: body['error'] }).toEqual({ status: 401, error: 'invalid_token' });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
    const listed = await ask('ListInitialAccessTokens', {});
    const shown = listed.InitialAccessTokens?.find(({ TokenId }) => TokenId === id);
    expect(shown).toMatchObject({ Uses: 2, UsesLeft: 0, Usable: false, Description: 'MCP servers' });
    expect(listed.body).not.toContain(token);
    expect(JSON.stringify(await store.initialAccessTokens.get([ACCOUNT_ID, id]))).not.toContain(token);
    expect(JSON.stringify(server.events)).not.toContain(token);
    expect(events('RegisterClient').at(-1)).toMatchObject({ outcome: 'refused' });
  });

  test('without one, registration is refused with 401', async () => {
    const { status, headers } = await register(issuer, CLIENT);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    expect(headers.get('www-authenticate')).not.toContain('error=');
  });

  test('of several registrations at once with a token for one, exactly one succeeds', async () => {
    const { token } = await newToken();
    const before = await store.registeredApplications.count('key', [ACCOUNT_ID]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => register(issuer, CLIENT, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
    expect(await store.registeredApplications.count('key', [ACCOUNT_ID])).toBe(before + 1);
  });

  test('what is refused uses up nothing', async () => {
    const { token } = await newToken();
    expect((await register(issuer, { redirect_uris: ['javascript:1'] }, { token })).status).toBe(400);
    expect((await register(issuer, CLIENT, { token })).status).toBe(201);
  });

  test('end when they are revoked, expire, or their creator is disabled or deleted', async () => {
    const revoked = await newToken();
    expect((await ask('DeleteInitialAccessToken', { TokenId: revoked.id })).status).toBe(200);
    expect((await ask('DeleteInitialAccessToken', { TokenId: revoked.id })).__type).toContain(
      'NoSuchInitialAccessToken',
    );
    const maker = await makeUser(server, 'maker', allow('rolecall:*', '*'));
    const disabled = await newToken({}, maker);
    expect((await ask('DisableUser', { UserName: 'maker', Reason: 'left' })).status).toBe(200);
    for (const { token } of [revoked, disabled]) expect((await register(issuer, CLIENT, { token })).status).toBe(401);
    const expiring = await newToken({ LifetimeSeconds: 60 });
    server.advance(61_000);
    expect((await register(issuer, CLIENT, { token: expiring.token })).status).toBe(401);
  });

  test('need a permission, and have limits', async () => {
    const stranger = await makeUser(server, 'stranger', allow('rolecall:CreateApplication', '*'));
    expect((await ask('CreateInitialAccessToken', {}, stranger)).__type).toContain('AccessDenied');
    expect((await ask('ListInitialAccessTokens', {}, stranger)).__type).toContain('AccessDenied');
    for (const input of [{ Uses: 0 }, { Uses: 10_001 }, { LifetimeSeconds: 1 }, { Description: 'a\u202eb' }]) {
      expect((await ask('CreateInitialAccessToken', input)).__type).toContain('ValidationException');
    }
  });
});

describe('applications that registered themselves, for administrators', () => {
  test('are listed with a mark, and those that look alike, by pages', async () => {
    const made = await ask('CreateApplication', {
      DisplayName: 'Payroll',
      Oidc: { RedirectUris: ['https://payroll.example/cb'] },
    });
    const shop = made.Application?.['ApplicationId'];
    const fake = await newClient({ ...CLIENT, client_name: 'Pаyrоll' });
    const other = await newClient({ ...CLIENT, client_name: 'PAYRO11' });
    const names: string[] = [];
    let shown: Readonly<Record<string, unknown>>[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ask('ListApplications', { MaxResults: 2, ...(NextToken !== undefined && { NextToken }) });
      expect(page.status).toBe(200);
      names.push(...(page.Applications ?? []).map(({ ApplicationId }) => ApplicationId));
      shown = [...shown, ...(page.Applications ?? [])];
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([shop, fake.client_id, other.client_id]));
    const registrations = [fake, other].map(
      ({ client_id }) => shown.find(({ ApplicationId }) => ApplicationId === client_id)?.['Registration'],
    );
    for (const registration of registrations) {
      expect(registration).toMatchObject({
        Kind: 'INITIAL_ACCESS_TOKEN',
        Used: false,
        LastUsedAt: expect.any(Number),
        LookAlikeGroup: lookAlikeKey('Payroll'),
        LooksLike: shop,
      });
    }
    const only = await ask('ListApplications', { Origin: 'REGISTRATION' });
    expect(only.Applications?.every(({ Origin }) => Origin === 'REGISTRATION')).toBe(true);
    const managed = await ask('ListApplications', { Origin: 'API' });
    expect(managed.Applications?.map(({ ApplicationId }) => ApplicationId)).toEqual([shop]);
  });

  test('can be disabled, which ends their management too, enabled and deleted; and are not changed otherwise', async () => {
    const client = await newClient();
    const ApplicationId = client.client_id;
    expect((await ask('GetApplication', { ApplicationId })).Application).toMatchObject({ Origin: 'REGISTRATION' });
    for (const [operation, input] of [
      ['UpdateApplication', { DisplayName: 'x' }],
      ['UpdateApplication', { Enabled: false, OpenTo: 'EVERYONE' }],
      ['RotateApplicationSecret', {}],
      ['AssignApplication', { UserName: 'admin' }],
      ['UnassignApplication', { UserName: 'admin' }],
      ['ListApplicationAssignments', {}],
    ] as const) {
      expect((await ask(operation, { ApplicationId, ...input })).__type).toContain('SelfRegisteredApplication');
    }
    const disabled = await ask('UpdateApplication', { ApplicationId, Enabled: false });
    expect(disabled.Application).toMatchObject({ Enabled: false, Origin: 'REGISTRATION' });
    expect((await manage('GET', client)).status).toBe(401);
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: 'https://x.example',
    });
    const basic = { authorization: `Basic ${btoa(`${ApplicationId}:${client['client_secret']}`)}` };
    const exchange = async () =>
      (await fetch(`${issuer.href}/token`, { method: 'POST', body: form, headers: basic })).status;
    expect(await exchange()).toBe(401);
    expect((await ask('UpdateApplication', { ApplicationId, Enabled: true })).Application).toMatchObject({
      Enabled: true,
    });
    expect(await exchange()).toBe(400);
    expect((await manage('GET', client)).status).toBe(200);
    expect((await ask('DeleteApplication', { ApplicationId })).status).toBe(200);
    expect((await manage('GET', client)).status).toBe(401);
    expect(await exchange()).toBe(401);
  });

  test('can be taken over: then they are like any other, and do not manage themselves', async () => {
    const client = await newClient();
    const ApplicationId = client.client_id;
    const denied = await makeUser(server, 'adopter', allow('rolecall:AdoptApplication', '*'));
    expect((await ask('AdoptApplication', { ApplicationId }, denied)).__type).toContain('AccessDenied');
    const adopted = await ask('AdoptApplication', { ApplicationId });
    expect(adopted.Application).toMatchObject({
      Origin: 'API',
      DisplayName: 'Desk Helper',
      Oidc: { RedirectUris: CLIENT.redirect_uris, Resources: [{ Resource: RESOURCE, Scopes: ['tools'] }] },
    });
    expect(adopted.Application).not.toHaveProperty('Registration');
    expect((await manage('GET', client)).status).toBe(401);
    expect((await ask('AdoptApplication', { ApplicationId })).__type).toContain('NoSuchApplication');
    const renamed = await ask('UpdateApplication', { ApplicationId, DisplayName: 'Desk', OpenTo: 'ASSIGNED' });
    expect(renamed.Application).toMatchObject({ DisplayName: 'Desk', OpenTo: 'ASSIGNED' });
    expect(await store.registeredApplications.get([ACCOUNT_ID, ApplicationId])).toBeUndefined();
  });

  test('do not count as applications of the account, and are on nobody’s start page', async () => {
    const client = await newClient({ ...CLIENT, client_uri: 'https://new.example' });
    const listed = await ask('ListOwnApplications', {});
    expect(listed.status).toBe(200);
    expect(listed.body).not.toContain(client.client_id);
  });
});

describe('applications that are not used', () => {
  const sweepAt = async (now: number) => {
    const recorded: AuditEvent[] = [];
    const open = { openTo: 'account', neverUsedHours: 24, perNetworkPerHour: 1, mostApplications: 1 } as const;
    const settings = { mode: 'tokens', scopes: [], resources: [], requirePkce: true, unusedDays: 30, open } as const;
    const sweep = openRegistrationSweep(
      { ...settings, scopes: [], resources: [] },
      {
        store,
        clock: { now: () => now },
        random: systemRandom(),
        record: async (event) => void recorded.push(event),
        onFault: (fault) => {
          throw fault;
        },
      },
    );
    await Promise.all([sweep.run(), sweep.run()]);
    await sweep.close();
    return recorded.map(({ resources: [id] }) => id);
  };

  test('are removed: at once if nobody ever used them, later otherwise; a use extends it, and others stay', async () => {
    const [never, used, adopted] = [await newClient(), await newClient(), await newClient()];
    await ask('AdoptApplication', { ApplicationId: adopted.client_id });
    const registeredAt = (await store.registeredApplications.get([ACCOUNT_ID, used.client_id]))?.createdAt ?? 0;
    const usedAt = registeredAt + DAY / 2;
    await storeUse(store, used.client_id, usedAt);
    // Within half a day, a further use is not worth a write.
    await storeUse(store, used.client_id, usedAt + 1000);
    expect((await store.registeredApplications.get([ACCOUNT_ID, used.client_id]))?.registration?.lastUsedAt).toBe(
      usedAt,
    );
    const kept = async (client: { client_id: string }) =>
      (await ask('GetApplication', { ApplicationId: client.client_id })).status === 200;
    await sweepAt(registeredAt + DAY / 2);
    expect([await kept(never), await kept(used)]).toEqual([true, true]);
    expect(await sweepAt(registeredAt + 2 * DAY)).toContain(never.client_id);
    expect([await kept(never), await kept(used)]).toEqual([false, true]);
    await storeUse(store, used.client_id, usedAt + 20 * DAY);
    await sweepAt(usedAt + 31 * DAY);
    expect(await kept(used)).toBe(true);
    const removed = await sweepAt(usedAt + 51 * DAY);
    expect(removed.filter((id) => id === used.client_id)).toHaveLength(1);
    expect([await kept(used), await kept(adopted)]).toEqual([false, true]);
    expect((await manage('GET', used)).status).toBe(401);
  });

  test('initial access tokens that expired long ago are removed', async () => {
    const { id } = await newToken();
    const { expiresAt = 0 } = (await store.initialAccessTokens.get([ACCOUNT_ID, id])) ?? {};
    await sweepAt(expiresAt + 29 * DAY);
    expect(await store.initialAccessTokens.get([ACCOUNT_ID, id])).toBeDefined();
    await sweepAt(expiresAt + 31 * DAY);
    expect(await store.initialAccessTokens.get([ACCOUNT_ID, id])).toBeUndefined();
  });
});

test.each([
  ['Payroll', 'Pаyrоll'],
  ['Payroll', 'PAYR0LL'],
  ['Payroll', 'pay-roll '],
  ['Payroll', 'Ｐａｙｒｏｌｌ'],
  ['Modern', 'rnodern'],
  ['Illinois', 'lIlinois'],
  ['Café', 'Cafe'],
])('%s and %s look alike', (a, b) => {
  expect(lookAlikeKey(a)).toBe(lookAlikeKey(b));
});

test('other names do not look alike', () => {
  const names = ['Payroll', 'Paypal', 'デスク', '会議', '🙂', '🙃', 'Mail', 'Mall shop'];
  expect(new Set(names.map(lookAlikeKey)).size).toBe(names.length);
});
