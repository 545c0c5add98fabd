import { AddUserToGroupCommand, CreateGroupCommand, CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import type { Application } from '../../src/identity/documents/application.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { expectPage } from '../oidc/app.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'a long and unusual passphrase';
const OTHER = '210987654321';
const PNG = `data:image/png;base64,${Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1').toString('base64')}`;
const BAIT = '"><script>alert(1)</script>';

let server: InProcessServer;
let store: IdentityStore;
let aliceKey: Key;
let people: { readonly alice: Person; readonly bob: Person };
beforeAll(async () => {
  server = await startInProcess({}, (stores) => {
    store = announceChanges(openIdentityStore(stores.collections), stores.ephemeral);
    return stores;
  });
  await server.iam().send(new CreateGroupCommand({ GroupName: 'sales' }));
  aliceKey = await makeUser(server, 'alice');
  await makeUser(server, 'bob');
  await server.iam().send(new AddUserToGroupCommand({ GroupName: 'sales', UserName: 'alice' }));
  people = { alice: await signIn('alice'), bob: await signIn('bob') };
});
afterAll(() => server.close());

async function signIn(UserName: string): Promise<Person> {
  await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  const person = newPerson(server.url);
  const page = expectPage(await person.open(`${server.url}/start`));
  await page.submit('sign in', { account: ACCOUNT_ID, 'user name': UserName, password: PASSWORD });
  return person;
}

type Given = Partial<Application> & { readonly metadata?: Record<string, unknown> };

async function addApp(applicationId: string, { metadata = {}, ...more }: Given = {}): Promise<void> {
  await store.applications.insert({
    accountId: ACCOUNT_ID,
    applicationId,
    displayName: applicationId,
    openTo: 'account',
    assignments: { users: [], groups: [] },
    origin: 'file',
    createdAt: 1,
    updatedAt: 1,
    settings: { protocol: 'OIDC', secrets: [], resources: [], metadata },
    ...more,
  });
}

const SAML: Application['settings'] = {
  protocol: 'SAML',
  acs: [{ url: 'https://hr.example/acs', index: 0, isDefault: true }],
  certificates: [],
  nameId: { format: 'persistent' },
  attributes: [],
  signResponse: true,
  signAssertion: true,
  signatureAlgorithm: 'RSA_SHA256',
  wantSignedRequests: false,
  authnContexts: [],
};

const startOf = async (person: Person): Promise<PageSeen> => expectPage(await person.open(`${server.url}/start`));
const tiles = ({ html }: PageSeen) =>
  Object.fromEntries(
    [...html.matchAll(/<li data-find="[^"]*"><(a|div) class="tile"(?: href="([^"]*)")?.*?<span>([^<]*)/gs)].map(
      ([, , href, name]) => [name ?? '', href?.replaceAll('&amp;', '&')],
    ),
  );

describe('the apps on the start page', () => {
  test('are those that the person may use, each with the address that opens it', async () => {
    const [user] = (await store.users.find('byName', [ACCOUNT_ID, 'alice'])).items;
    const groups = [...(user?.groupIds ?? [])];
    const initiate_login_uri = 'https://crm.example/login?from=start';
    await addApp('crm', { openTo: 'assigned', assignments: { users: [], groups }, metadata: { initiate_login_uri } });
    const users = [String(user?.userId)];
    await addApp('notes', {
      openTo: 'assigned',
      assignments: { users, groups: [] },
      startUrl: 'https://notes.example/',
    });
    await addApp('nobody', { openTo: 'assigned' });
    await addApp('wiki', { metadata: { redirect_uris: ['https://wiki.example/callback'] } });
    await addApp('desktop', { metadata: { application_type: 'native', redirect_uris: ['com.example:/back'] } });
    await addApp('robot', { metadata: { grant_types: ['client_credentials'] } });
    await addApp('old', { disabledAt: 1, startUrl: 'https://old.example/' });
    await addApp('shared', { accountId: OTHER, openTo: 'everyone', startUrl: 'https://shared.example/' });
    await addApp('bait', {
      accountId: OTHER,
      openTo: 'everyone',
      origin: 'api',
      startUrl: 'https://bait.example/',
    });
    await addApp('theirs', { accountId: OTHER, openTo: 'account', startUrl: 'https://theirs.example/' });
    await addApp('hr', { settings: SAML, entityId: 'https://hr.example' });
    const start = `https://crm.example/login?from=start&iss=${encodeURIComponent(`${server.url}/oidc`)}`;
    expect(tiles(await startOf(people.alice))).toEqual({
      crm: start,
      desktop: undefined,
      hr: `${server.url}/saml/idp/${ACCOUNT_ID}/start/hr`,
      notes: 'https://notes.example/',
      shared: 'https://shared.example/',
      wiki: 'https://wiki.example/',
    });
    expect(Object.keys(tiles(await startOf(people.bob)))).toEqual(['desktop', 'hr', 'shared', 'wiki']);
  });

  test('follow each change at once', async () => {
    await addApp('brief', { startUrl: 'https://brief.example/' });
    expect(tiles(await startOf(people.bob))).toHaveProperty('brief');
    await store.applications.update([ACCOUNT_ID, 'brief'], (old) => ({ ...old, openTo: 'assigned' }));
    expect(tiles(await startOf(people.bob))).not.toHaveProperty('brief');
    await store.applications.remove([ACCOUNT_ID, 'brief']);
  });

  test('never link to anything but a web page, and show names as text', async () => {
    await addApp('script', { startUrl: 'javascript:alert(1)', displayName: `Script ${BAIT}` });
    const page = await startOf(people.bob);
    expect(page.html).not.toContain('javascript:');
    expect(page.html).not.toContain(BAIT);
    expect(page.text).toContain(`Script ${BAIT}`);
  });

  test('have their icons, for those who may use them', async () => {
    await addApp('drawn/by us', { icon: PNG, openTo: 'assigned', updatedAt: 7 });
    const [user] = (await store.users.find('byName', [ACCOUNT_ID, 'alice'])).items;
    const assignments = { users: [String(user?.userId)], groups: [] };
    await store.applications.update([ACCOUNT_ID, 'drawn/by us'], (old) => ({ ...old, assignments }));
    const src = /<img src="([^"]*)" alt=""/.exec((await startOf(people.alice)).html)?.[1] ?? '';
    expect(src).toBe('/start/icons/drawn%2Fby%20us?v=7');
    const seen = expectPage(await people.alice.open(server.url + src));
    expect([seen.status, seen.headers.get('content-type'), seen.headers.get('cache-control')]).toEqual([
      200,
      'image/png',
      'private, max-age=86400',
    ]);
    expect(seen.headers.get('content-security-policy')).toContain('sandbox');
    expect(expectPage(await people.bob.open(server.url + src)).status).toBe(404);
    expect(expectPage(await newPerson(server.url).open(server.url + src)).status).toBe(404);
  });

  test('are listed for programs too, in pages', async () => {
    const list = async (input: object): Promise<{ Applications: { ApplicationId: string }[]; NextToken?: string }> =>
      JSON.parse((await send(server.url, signedJson(server.url, 'ListOwnApplications', input, aliceKey))).body);
    const ids = (await list({})).Applications.map(({ ApplicationId }) => ApplicationId);
    expect(ids).toEqual(['crm', 'desktop', 'drawn/by us', 'hr', 'notes', 'script', 'shared', 'wiki']);
    const first = await list({ MaxResults: 4 });
    const second = await list({ MaxResults: 4, NextToken: first.NextToken });
    expect([...first.Applications, ...second.Applications].map(({ ApplicationId }) => ApplicationId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
  });
});
