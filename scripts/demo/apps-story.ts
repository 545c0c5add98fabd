import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { childEnvironment } from '../../harness/child-environment.ts';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { runProgram } from '../../harness/run-program.ts';
import type { AccessKeyPair } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { describePage, expectPage, leftFor } from './app-login.ts';
import { type Caller, refused } from './caller.ts';
import { allow, trust } from './documents.ts';
import { assertionIn, newServiceProvider } from './service-provider.ts';
import { keyPair, type Stage } from './stage.ts';

const COMMAND = fileURLToPath(new URL('../../dist/cli/rolecall.js', import.meta.url));

/** A person with a role, in the browser of the chapters on applications. */
interface Employee {
  readonly userName: string;
  readonly password: string;
  readonly roleArn: string;
  readonly person: Person;
}

/** Signed-in people reach apps that speak only SAML, roles on the start page, and roles in the terminal. */
export async function runAppsStory(stage: Stage): Promise<void> {
  const employee = await makeEmployee(stage);
  await signOnToApp(stage, employee);
  await useStartPage(stage, employee);
  await logInAtTerminal(stage, employee);
}

async function makeEmployee(stage: Stage): Promise<Employee> {
  const { narrator, admin, server } = stage;
  narrator.chapter(
    'An app that speaks only SAML',
    'The administrator makes a user, dora, a role that trusts her, and an application.',
  );
  const [userName, password] = [stage.name('dora'), `eleven calm walruses ${stage.name('float')}`];
  narrator.mask(password, 'Dora’s password');
  const { User } = await admin.iam.createUser({ UserName: userName });
  await admin.iam.createLoginProfile({ UserName: userName, Password: password });
  const role = { RoleName: stage.name('inspector') };
  const { Role } = await admin.iam.createRole({ ...role, AssumeRolePolicyDocument: trust({ AWS: User?.Arn ?? '' }) });
  await admin.iam.putRolePolicy({ ...role, PolicyName: 'look', PolicyDocument: allow('iam:ListUsers') });
  return { userName, password, roleArn: Role?.Arn ?? '', person: newPerson(new URL(server.url).origin) };
}

async function signOnToApp(stage: Stage, { userName, password, person }: Employee): Promise<void> {
  const { narrator, server } = stage;
  const app = newServiceProvider(stage.name('wiki'));
  narrator.command('admin', `aws rolecall create-application --display-name Wiki --saml EntityId=${app.entityId},…`);
  await callRolecall(server, 'CreateApplication', {
    DisplayName: stage.name('Wiki'),
    StartUrl: app.entityId,
    Saml: {
      EntityId: app.entityId,
      Acs: [{ Url: app.acs }],
      Attributes: [{ Name: 'uid', Values: ['${user:preferredUsername}'] }],
    },
  });
  narrator.say(
    'The app is a stand-in: a program that sends the request, and checks the response by the keys in the server’s metadata.',
  );
  const idp = `${server.url}/saml/idp/${server.accountId}`;
  const signIn = expectPage(await person.open(app.requestUrl(`${idp}/sso`)));
  describePage(stage, signIn);
  narrator.command('dora', 'sign in');
  const form = { account: server.accountAlias, user: userName, password };
  const posting = expectPage(await signIn.submit('sign in', form));
  const metadata = await (await fetch(`${idp}/metadata`)).text();
  const known = assertionIn(posting.html, metadata);
  narrator.answer(known);
  narrator.check(String(known.audiences) === app.entityId, 'the app gets a signed assertion, for this app alone');
  narrator.check(known.attributes['uid']?.[0] === userName, 'and the attribute that it was registered with');
  const stranger = newServiceProvider('stranger');
  const unknown = expectPage(await person.open(stranger.requestUrl(`${idp}/sso`)));
  narrator.answer(`page «${unknown.heading}»`);
  narrator.check(!unknown.html.includes('SAMLResponse'), 'an app that is not registered gets nothing');
}

async function useStartPage(stage: Stage, { userName, roleArn, person }: Employee): Promise<void> {
  const { narrator, server } = stage;
  narrator.chapter(
    'The start page',
    'Dora opens /start. The policy engine finds her apps and roles: nobody keeps a list.',
  );
  const start = expectPage(await person.open(`${server.url}/start`));
  describePage(stage, start);
  narrator.check(start.text.includes(stage.name('Wiki')), 'the app is there');
  narrator.check(start.text.includes(stage.name('inspector')), 'so is the role that trusts her');
  narrator.command('dora', 'get credentials');
  const shown = expectPage(await start.submit('get credentials'));
  const inspector = stage.as('inspector', credentialsOn(shown));
  await tryRole(stage, inspector, { userName, roleArn });
}

/** The lines for bash on the page, as the shell would read them. */
function credentialsOn({ html }: PageSeen): AccessKeyPair {
  const value = (name: string): string => new RegExp(`export ${name}=&#39;([^&]*)&#39;`).exec(html)?.[1] ?? '';
  return keyPair({
    AccessKeyId: value('AWS_ACCESS_KEY_ID'),
    SecretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
    SessionToken: value('AWS_SESSION_TOKEN'),
  });
}

async function tryRole(
  { narrator }: Stage,
  inspector: Caller,
  of: Pick<Employee, 'userName' | 'roleArn'>,
): Promise<void> {
  const { Arn = '' } = await inspector.sts.getCallerIdentity({});
  narrator.check(Arn.endsWith(`/${of.userName}`), 'the session has her name');
  const { Users = [] } = await inspector.iam.listUsers({ MaxItems: 1 });
  narrator.check(Users.length === 1, 'allowed: iam:ListUsers');
  const denied = await refused(narrator, () => inspector.iam.deleteUser({ UserName: of.userName }));
  narrator.check(denied.code === 'AccessDenied', 'denied: iam:DeleteUser');
}

async function logInAtTerminal(stage: Stage, employee: Employee): Promise<void> {
  const { narrator, server } = stage;
  narrator.chapter(
    'The same in the terminal',
    '`rolecall login` signs in with the browser, and then gives the AWS tools credentials.',
  );
  const home = temporaryDirectory();
  try {
    const env = childEnvironment({ HOME: home.path });
    const args = ['login', '--endpoint', server.url, '--profile', 'audit', '--role', employee.roleArn, '--no-browser'];
    narrator.command('dora', `rolecall ${args.join(' ')}`);
    const login = spawn(process.execPath, [COMMAND, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(login, 'exit');
    const url = await printedAddress(login.stderr);
    const consent = expectPage(await employee.person.open(url));
    describePage(stage, consent);
    narrator.command('dora', 'allow');
    // The browser's last step leads to the command, which listens on this machine.
    await fetch(leftFor(await consent.submit('allow')));
    const [status] = await ended;
    narrator.check(status === 0, 'dora is signed in');
    const { stdout } = await runProgram(process.execPath, [COMMAND, 'credentials', '--profile', 'audit'], env);
    narrator.command('aws', 'rolecall credentials --profile audit');
    await tryRole(stage, stage.as('audit', keyPair(JSON.parse(stdout))), employee);
    const out = await runProgram(process.execPath, [COMMAND, 'logout'], env);
    narrator.command('dora', 'rolecall logout');
    narrator.check(out.status === 0, 'the sign-in has ended, here and at the server');
  } finally {
    home.remove();
  }
}

/** Reads on after the address: the command says more later. */
function printedAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    stderr.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const [found] = /http\S+\/oidc\/auth\S+(?=\n)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    stderr.on('end', () => reject(new Error(`rolecall login printed no address: ${text}`)));
  });
}
