import { CreateLoginProfileCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { Context } from '../../src/cli/command-context.ts';
import { login } from '../../src/cli/login.ts';
import { type Machine, placesOf } from '../../src/cli/places.ts';
import { expectLeft, expectPage } from '../oidc/app.ts';
import { account, allow, makeRole, makeUser, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'a long and unusual passphrase';
const ROLE = 'emergency';

const directory = temporaryDirectory();
let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
  for (const name of ['with-key', 'with-none', 'shell', 'keyless']) {
    await makeUser(server, name, allow('sts:AssumeRole', roleArn('*')));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  }
  await makeRole(server, ROLE, { trust: trust(account) });
  const { status } = await send(
    server.url,
    signedJson(server.url, 'SetPrivileged', { Arn: roleArn(ROLE), Privileged: true }, server.admin),
  );
  expect(status).toBe(200);
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));
const typeIn = async (page: PageSeen, name: string): Promise<PageSeen> =>
  expectPage(await page.submit('sign in', { account: ACCOUNT_ID, 'user name': name, password: PASSWORD }));

/** Signs in by password in a new browser. */
async function signIn(name: string): Promise<{ readonly person: Person; readonly page: PageSeen }> {
  const person = newPerson(server.url);
  return { person, page: await typeIn(expectPage(await person.open(`${server.url}/start`)), name) };
}

async function addKey(person: Person): Promise<SoftwareAuthenticator> {
  const key = new SoftwareAuthenticator({ origin: server.url, isSynced: false });
  const factors = expectPage(await person.open(`${server.url}/sign-in/factors`));
  const page = expectPage(await factors.submit('Add a passkey or security key'));
  const added = expectPage(await page.submit('Continue', { credential: key.create(optionsOn(page)), Name: 'Key' }));
  expect(added.text).toContain('is added.');
  return key;
}

const assumed = () => server.events.filter(({ eventName }) => eventName === 'AssumeRole').at(-1);

test('[S37] a privileged role on the start page leads to a sign-in with a passkey, and then opens', async () => {
  const key = await addKey((await signIn('with-key')).person);
  // The password and another factor than the passkey would do for everything else.
  const { person, page: asked } = await signIn('with-key');
  expectPage(await asked.submit('Use a passkey or security key', { credential: key.get(optionsOn(asked)) }));
  server.advance(20 * 60_000);
  const page = expectPage(await person.open(`${server.url}/start?q=${ROLE}`));
  const refused = expectPage(await page.submit('Get credentials'));
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('is privileged: sign in again')]);
  const again = await typeIn(expectPage(await refused.follow('Sign in with a passkey or security key')), 'with-key');
  const back = expectPage(
    await again.submit('Use a passkey or security key', { credential: key.get(optionsOn(again)) }),
  );
  expect(back.url.pathname).toBe('/start');
  const found = expectPage(await person.open(`${server.url}/start?q=${ROLE}`));
  expect(expectPage(await found.submit('Get credentials')).heading).toBe(`Credentials of ${ROLE}`);
  expect(assumed()).toMatchObject({ outcome: 'allowed' });
});

test('[S37] a person without a passkey is refused each time, with the way to what is missing', async () => {
  const { person } = await signIn('with-none');
  const page = expectPage(await person.open(`${server.url}/start?q=${ROLE}`));
  const refused = expectPage(await page.submit('Get credentials'));
  await typeIn(expectPage(await refused.follow('Sign in with a passkey or security key')), 'with-none');
  const found = expectPage(await person.open(`${server.url}/start?q=${ROLE}`));
  expect(expectPage(await found.submit('Get credentials')).status).toBe(403);
});

/** Signs in on the page that opens; answers the page that asks whether to allow the command. */
type Step = (open: () => Promise<PageSeen>) => Promise<PageSeen>;

/** `rolecall login` with a browser in which these steps are taken, one for each address that it prints. */
async function loginWith(steps: readonly Step[]) {
  const machine: Machine = { platform: 'linux', env: {}, home: directory.path };
  const said: string[] = [];
  const asked: URL[] = [];
  const person = newPerson(server.url);
  let stumble: (error: Error) => void = () => {};
  const stumbled = new Promise<never>((_, reject) => {
    stumble = reject;
  });
  const context: Context = {
    machine,
    places: placesOf(machine),
    program: ['rolecall'],
    stdin: { isTTY: false } as NodeJS.ReadStream,
    print: () => {},
    say(line) {
      said.push(line);
      const [address] = /http\S+\/auth\?\S+/.exec(line) ?? [];
      const step = steps[asked.length];
      if (address === undefined || step === undefined) return;
      asked.push(new URL(address));
      visit(person, address, step).catch(stumble);
    },
  };
  const options = { endpoint: server.url, profile: 'p', role: roleArn(ROLE), 'no-browser': true };
  const done = login(context, options).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const failure = await Promise.race([done, stumbled]);
  return { said: said.join('\n'), asked, failure };
}

async function visit(person: Person, address: string, step: Step): Promise<void> {
  const consent = await step(async () => expectPage(await person.open(address)));
  await fetch(expectLeft(await consent.submit('Allow')));
}

test('[RFC 9470 §3] rolecall login signs in once more, with a passkey, for a privileged role', async () => {
  const { said, asked, failure } = await loginWith([
    async (open) => await typeIn(await open(), 'shell'),
    async (open) => {
      // Before that the person had none.
      const key = await addKey((await signIn('shell')).person);
      const again = await typeIn(await open(), 'shell');
      return expectPage(await again.submit('Use a passkey or security key', { credential: key.get(optionsOn(again)) }));
    },
  ]);
  expect([failure, said]).toEqual([undefined, expect.stringContaining('sign in once more, and use it')]);
  expect(asked.map(({ searchParams }) => [searchParams.get('acr_values'), searchParams.get('max_age')])).toEqual([
    [null, null],
    ['phr', '900'],
  ]);
  expect(assumed()).toMatchObject({ outcome: 'allowed' });
});

test('[RFC 9470 §3] but only once: a person without a passkey gets the reason', async () => {
  const { asked, failure } = await loginWith([
    async (open) => await typeIn(await open(), 'keyless'),
    // The sign-in is recent enough, and there is no passkey to ask for.
    async (open) => await open(),
  ]);
  expect(asked).toHaveLength(2);
  expect(failure).toContain('is privileged: sign in again with a passkey or security key');
});
