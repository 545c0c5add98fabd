import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openVendors } from '../../harness/attestation-authority.ts';
import { trust } from '../../harness/documents.ts';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { linkIn } from '../../harness/smtp-server.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { foldName } from '../../src/identity/documents/entity.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { answerWith, optionsOn } from '../sign-in/policy-ways.ts';
import { ACCOUNT_ID } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';
import { expectPage } from './app.ts';
import {
  addVictim,
  closeScene,
  HOLDS,
  iam,
  OTHER,
  OVER,
  openScene,
  PASSWORD,
  type Row,
  rolecall,
  server,
  signIn,
  smtp,
  takeEverything,
  tryEverything,
  users,
  type Victim,
} from './login-loot.ts';

/** The rest of the table in docs/security.md ("What ends a login"): what people do on pages, by mail, and what is set for an account. */
beforeAll(openScene);
afterAll(closeScene);
const directory = temporaryDirectory();
afterAll(() => directory.remove());
const anchor = openVendors(directory.path).vendor('root');

/** Another browser of the owner, on the page of the factors. */
async function ownFactors(victim: Victim): Promise<PageSeen> {
  const person = newPerson(server.url);
  await signIn(person, `${server.url}/sign-in`, victim, 1);
  return expectPage(await person.open(`${server.url}/sign-in/factors`));
}

async function addPasskey(victim: Victim): Promise<void> {
  const page = await ownFactors(victim);
  const adding = expectPage(await page.submit('Add a passkey or security key'));
  const key = new SoftwareAuthenticator({ origin: server.url });
  const after = await answerWith(adding, 'Continue', key.create(optionsOn(adding)));
  expect(after.text).toContain('is added.');
}

async function makeCodes(victim: Victim): Promise<readonly string[]> {
  const page = await ownFactors(victim);
  const made = expectPage(await page.submit('Create recovery codes'));
  return (/<pre>([^<]+)<\/pre>/.exec(made.html)?.[1] ?? '').split('\n');
}

async function useRecoveryCode(victim: Victim): Promise<void> {
  const [code = ''] = await makeCodes(victim);
  const page = await signIn(newPerson(server.url), `${server.url}/sign-in`, { ...victim, device: undefined });
  const seen = expectPage(await page.submit('Continue with the recovery code', { 'Recovery code': code }));
  expect(seen.heading).toBe('Your account');
}

/** As if the person had accepted a mailed invitation. */
async function proveAddress({ name }: Victim): Promise<string> {
  const [user] = (await users.find('byName', [ACCOUNT_ID, foldName(name)])).items;
  const email = `${name.toLowerCase()}@example.org`;
  await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, email, emailVerifiedAt: Date.now() }));
  return email;
}

async function mailedLink(email: string, part: string): Promise<string> {
  const found = () => smtp.mails.find(({ to, text }) => to.includes(email) && text.includes(part));
  await until(() => found() !== undefined);
  return linkIn(found() as NonNullable<ReturnType<typeof found>>);
}

async function beginRecovery(email: string): Promise<string> {
  const page = expectPage(await newPerson(server.url).open(`${server.url}/recovery`));
  await page.submit('', { name: email });
  return await mailedLink(email, '/recovery/');
}

async function redeemInvitation({ name }: Victim): Promise<void> {
  await iam.deleteLoginProfile({ UserName: name });
  const Email = `${name.toLowerCase()}@example.org`;
  await rolecall('InviteUser', { UserName: name, Email });
  const page = expectPage(await newPerson(server.url).open(await mailedLink(Email, '/invitation/')));
  const typed = { 'new password': PASSWORD, 'repeat the new password': PASSWORD };
  expect(expectPage(await page.submit('accept the invitation', typed)).heading).toBe('You can sign in now');
}

const ENDED = 'This sign-in has ended';

const ends: readonly Row[] = [
  { what: 'a passkey added on the page of the factors', halfWay: ENDED, act: addPasskey },
  {
    what: 'an authenticator app added there',
    halfWay: ENDED,
    async act(victim) {
      const page = await ownFactors(victim);
      const adding = expectPage(await page.submit('Add an authenticator app'));
      const seed = decodeBase32((/<pre>([A-Z2-7 ]+)<\/pre>/.exec(adding.html)?.[1] ?? '').replace(/ /g, ''));
      const added = await adding.submit('Add the app', { Name: 'Phone', Code: codeAt(seed, timeStepAt(Date.now())) });
      expect(expectPage(added).text).toContain('The authenticator app is added.');
    },
  },
  {
    what: 'a factor removed there',
    hasDevice: true,
    async act(victim) {
      const page = await ownFactors(victim);
      const confirm = expectPage(await page.submit('Remove'));
      expect(expectPage(await confirm.submit('Remove')).text).toContain('is removed.');
    },
  },
  { what: 'an invitation redeemed after DeleteLoginProfile', act: redeemInvitation },
  {
    what: 'a recovery by mail',
    async act(victim) {
      const page = expectPage(await newPerson(server.url).open(await beginRecovery(await proveAddress(victim))));
      const done = expectPage(await page.submit('set', { 'new password': OTHER, repeat: OTHER }));
      expect(done.heading).toBe('Your new password is set');
    },
  },
  {
    what: 'This was not me',
    async act(victim) {
      const email = await proveAddress(victim);
      // A sign-in on a new device is told to the person.
      await signIn(newPerson(server.url), `${server.url}/sign-in`, victim);
      const page = expectPage(await newPerson(server.url).open(await mailedLink(email, '/not-me/')));
      expect(expectPage(await page.submit('')).status).toBe(200);
    },
  },
];

/** A sign-in policy that refuses everything which it applies to. */
const REFUSE_NEW_DEVICES = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'KnownDevices',
      Effect: 'Deny',
      Action: 'signin:SignIn',
      Resource: '*',
      Condition: { Bool: { 'signin:NewDevice': 'true' } },
    },
  ],
});

const keeps: readonly Row[] = [
  { what: 'new recovery codes', hasDevice: true, act: makeCodes },
  { what: 'a used recovery code', hasDevice: true, act: useRecoveryCode },
  {
    what: 'a recovery by mail that is only begun',
    act: async (victim) => void (await newPerson(server.url).open(await beginRecovery(await proveAddress(victim)))),
  },
  {
    what: 'a role marked as privileged',
    async act() {
      const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT_ID });
      const { Role } = await iam.createRole({ RoleName: 'bystander', AssumeRolePolicyDocument });
      await rolecall('SetPrivileged', { Arn: Role?.Arn ?? '', Privileged: true });
    },
  },
  {
    what: 'another look of the pages',
    act: () => rolecall('PutAccountBranding', { DisplayName: 'Acme', PrimaryColor: '#336699' }),
  },
  { what: 'limits of sessions that are not reached', act: () => rolecall('SetSessionLimits', { IdleSeconds: 3600 }) },
  {
    what: 'a passkey policy',
    act: () => rolecall('PutPasskeyPolicy', { Attestation: 'REQUIRED', AllowedAaguids: [], TrustAnchors: [anchor] }),
  },
];

describe('[S36] [S37] what ends a login: pages and mails', () => {
  test.each(ends)(
    '$what: ends everything issued before',
    async ({ what, hasDevice = false, act, halfWay = OVER.halfWay }) => {
      const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), hasDevice);
      const loot = await takeEverything(victim);
      await act(victim);
      expect(await tryEverything(loot)).toEqual({ ...OVER, halfWay });
      expect(server.errors).toEqual([]);
    },
  );

  test.each(keeps)('$what: ends nothing', async ({ what, hasDevice = false, act }) => {
    const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), hasDevice);
    const loot = await takeEverything(victim);
    await act(victim);
    // A wrong code is asked for again.
    expect(await tryEverything(loot)).toEqual({ ...HOLDS, ...(hasDevice && { halfWay: 'Enter your code' }) });
    expect(server.errors).toEqual([]);
  });

  test('EndUserSessions with SessionId: ends one browser session and what is bound to it', async () => {
    const victim = await addVictim('one-session', false);
    const loot = await takeEverything(victim);
    const listed = await send(
      server.url,
      signedJson(server.url, 'ListUserSessions', { UserName: victim.name }, server.admin),
    );
    // That of the sign-in in progress, too.
    const sessions: readonly { readonly SessionId: string }[] = JSON.parse(listed.body).Sessions;
    expect(sessions).toHaveLength(2);
    for (const { SessionId } of sessions) await rolecall('EndUserSessions', { UserName: victim.name, SessionId });
    const bound = { session: 'Sign in', code: 'invalid_grant', halfWay: ENDED };
    expect(await tryEverything(loot)).toEqual({ ...HOLDS, ...bound });
  });

  test('a new sign-in policy decides sign-ins that begin afterwards: what came before goes on', async () => {
    const victim = await addVictim('policy', false);
    const loot = await takeEverything(victim);
    await rolecall('PutSignInPolicy', { PolicyDocument: REFUSE_NEW_DEVICES });
    try {
      expect(await tryEverything(loot)).toEqual({ ...HOLDS });
    } finally {
      await rolecall('DeleteSignInPolicy', {});
    }
  });
});
