import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Application } from '../../src/identity/documents/application.ts';
import { readDestination } from '../../src/sign-in/console-federation/destinations.ts';
import { openIdentities } from '../support/open-identities.ts';

const ACCOUNT = '123456789012';
let own: Awaited<ReturnType<typeof openIdentities>>;

const application = (applicationId: string, change: Partial<Application> = {}): Application => ({
  accountId: ACCOUNT,
  applicationId,
  displayName: applicationId,
  openTo: 'account',
  assignments: { users: [], groups: [] },
  settings: {
    protocol: 'OIDC',
    secrets: [],
    resources: [],
    metadata: { redirect_uris: [`https://${applicationId}.example/callback`, 'myapp:/callback'] },
  },
  origin: 'api',
  createdAt: 0,
  updatedAt: 0,
  ...change,
});

beforeAll(async () => {
  own = await openIdentities();
  const { applications } = own.identities;
  await applications.insert(application('shop'));
  await applications.insert(application('wiki', { startUrl: 'https://start.example/wiki' }));
  await applications.insert(application('off', { disabledAt: 1 }));
  await applications.insert(application('foreign', { accountId: '210987654321' }));
});
afterAll(() => own.close());

const read = (text: string) =>
  readDestination({ store: own.identities, publicUrl: 'https://iam.example.com' }, text, ACCOUNT);

test.each([
  'https://iam.example.com/start',
  'https://shop.example/orders?id=1',
  'https://wiki.example/',
  'https://start.example/other',
])('%s is a page of this server, or of an application of the account', async (text) => {
  expect(await read(text)).toBe(text);
});

test.each([
  ['an application that is disabled', 'https://off.example/'],
  ['one of another account', 'https://foreign.example/'],
  ['another scheme', 'http://shop.example/'],
  ['another port', 'https://shop.example:8443/'],
  ['a name that ends alike', 'https://evil-shop.example/'],
  ['a scheme of an app', 'myapp:/callback'],
  ['no URL', 'shop.example'],
])('%s is refused: %s', async (_what, text) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'ValidationError' });
});

test('none is none', async () => {
  expect(await read('')).toBeUndefined();
});
