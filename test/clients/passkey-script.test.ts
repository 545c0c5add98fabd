import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { unique } from '../support/unique.ts';
import { openScene, type Scene, signIn } from './openid-scene.ts';

/** What the script of the passkey pages asks the browser for (WebAuthn Level 3), in Chromium with a virtual authenticator. */

/** Notes each call: the mediation of ceremonies and how they end, and what is signalled. */
const NOTES = `globalThis.notes=[];
for(const name of ['create','get']){const real=CredentialsContainer.prototype[name];
CredentialsContainer.prototype[name]=function(options){const note={name,mediation:options.mediation??'modal',list:options.publicKey.allowCredentials?.length};
notes.push(note);const keep=()=>{sessionStorage.asked=JSON.stringify(notes)};keep();options.signal?.addEventListener('abort',()=>{note.aborted=true;keep()});return real.call(this,options)}}
for(const name of ['signalAllAcceptedCredentials','signalCurrentUserDetails','signalUnknownCredential']){const real=PublicKeyCredential[name];
PublicKeyCredential[name]=function(options){notes.push({...options,name,given:options.name});return real.call(this,options)}}`;

/** A password manager's credential: raw bytes, and none of the helper methods. */
const SWAPPED = `for(const name of ['create','get']){const real=CredentialsContainer.prototype[name];
CredentialsContainer.prototype[name]=async function(options){const {id,rawId,type,response}=await real.call(this,options);const bytes={};
for(const part of ['clientDataJSON','attestationObject','authenticatorData','signature','userHandle'])if(response[part])bytes[part]=response[part];
return {id,rawId,type,response:bytes}}}`;

interface Note {
  readonly name: string;
  readonly mediation?: string;
  readonly aborted?: boolean;
  readonly [more: string]: unknown;
}

let scene: Scene;
let person: { readonly userName: string; readonly password: string };
let context: BrowserContext;
let page: Page;
let cdp: CDPSession;
let authenticatorId: string;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene?.close());
beforeEach(async () => {
  person = { userName: unique('kim'), password: 'a long and unusual passphrase' };
  await scene.admin.createUser({ UserName: person.userName });
  await scene.admin.createLoginProfile({ UserName: person.userName, Password: person.password });
  await context?.close();
  context = await scene.newContext('phone', 'light', 'scripts');
  await context.addInitScript(NOTES);
  page = await context.newPage();
  cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const made = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: false },
    },
  });
  ({ authenticatorId } = made);
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const isPresent = (enabled: boolean) =>
  cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
const open = (path: string) => page.goto(`${scene.server.url}${path}`);
const atHeading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const notes = (): Promise<readonly Note[]> => page.evaluate<readonly Note[]>('notes');
const held = async (): Promise<readonly string[]> =>
  (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.map(({ credentialId }) => credentialId);

async function addPasskey(): Promise<void> {
  await open('/sign-in');
  await signIn(page, { account: scene.server.accountId, ...person });
  await atHeading('Your account');
  await open('/sign-in/factors');
  await button('Add a passkey or security key').click();
  await isPresent(true);
  await page.getByLabel('Name').fill('Laptop');
  await button('Continue').click();
  await page.getByText('Laptop is added.').waitFor();
}

async function removePasskey(): Promise<void> {
  await page.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('heading', { level: 1, name: /Laptop/ }).waitFor();
  await page.getByRole('button', { name: /^Remove/ }).click();
  await page.getByText('Laptop is removed.').waitFor();
}

async function signOut(): Promise<void> {
  await isPresent(false);
  await context.clearCookies();
  await open('/sign-in');
  await atHeading('Sign in');
}

const asked = async () => (await notes()).filter(({ name }) => name === 'get' || name === 'create');

test('[WebAuthn L3 §5.1.4] no page opens a dialog by itself: passkeys are offered in the name field, and that ends before a dialog', async () => {
  await addPasskey();
  await signOut();
  await page.waitForFunction('notes.length > 0');
  expect(await asked()).toEqual([{ name: 'get', mediation: 'conditional' }]);
  await page.getByLabel(/user name/i).fill(person.userName);
  await button('Continue').click();
  await page.locator('#password[required]').waitFor();
  expect((await asked()).filter(({ mediation }) => mediation === 'modal')).toEqual([]);
  await open('/sign-in');
  await page.waitForFunction('notes.length > 0');
  // Twice, and nobody touches the authenticator in between: only the last ceremony is not called off.
  await button('Use a passkey').click();
  await page.waitForFunction('notes.length === 2');
  await isPresent(true);
  await button('Use a passkey').click();
  await atHeading('Your account');
  const calls = await page.evaluate<readonly Note[]>('JSON.parse(sessionStorage.asked)');
  expect(calls.map(({ mediation, aborted = false }) => [mediation, aborted])).toEqual([
    ['conditional', true],
    ['modal', true],
    ['modal', false],
  ]);
});

test('a credential that an extension has put in another’s place is read by its bytes', async () => {
  await context.addInitScript(SWAPPED);
  await addPasskey();
  await signOut();
  await isPresent(true);
  await button('Use a passkey').click();
  await atHeading('Your account');
});

/** As WebAuthn has it; CDP has base64. */
const credentialId = (held = ''): string => Buffer.from(held, 'base64').toString('base64url');

test('[WebAuthn L3 §5.1.10] the browser is told which passkeys are accepted, and how they are named, and of a removal', async () => {
  await addPasskey();
  const [id] = await held();
  const signals = (await notes()).filter(({ name }) => name.startsWith('signal'));
  const userId = String(signals[0]?.['userId']);
  const common = { rpId: 'localhost', userId };
  expect(signals).toEqual([
    { ...common, name: 'signalAllAcceptedCredentials', allAcceptedCredentialIds: [credentialId(id)] },
    {
      ...{ ...common, name: 'signalCurrentUserDetails', displayName: person.userName },
      given: `${person.userName} (${scene.server.accountId})`,
    },
  ]);
  expect(Buffer.from(userId, 'base64url')).toHaveLength(32);

  await removePasskey();
  await page.waitForFunction('notes.length > 0');
  expect((await notes())[0]).toEqual({ ...common, name: 'signalAllAcceptedCredentials', allAcceptedCredentialIds: [] });
});
