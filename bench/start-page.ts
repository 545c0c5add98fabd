import { IAM } from '@aws-sdk/client-iam';
import { newPerson, type Person } from '../harness/person.ts';
import { type RunningServer, startServer } from '../harness/start-server.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';
import { processTreeCpu } from './thread-cpu.ts';

/** The start page of a person in many groups, in an account with many roles and apps, compared with the account page. */

/** As many as IAM allows. */
const GROUPS = 10;
const ROLES = 500;
/** Roles that each group may assume; the person may assume this many for each group. */
const ROLES_OF_GROUP = 10;
const APPS = 200;
/** Requests in progress while the account is filled. */
const AT_ONCE = 20;
const PERSON = { name: 'ann', password: 'seven lanterns on the pier' };

const clients = Array.from({ length: APPS }, (_, n) => ({
  client_id: `app-${n}`,
  client_name: `App ${n}`,
  redirect_uris: [`https://app-${n}.example/callback`],
  token_endpoint_auth_method: 'none',
}));

async function fill(iam: IAM, accountId: string): Promise<void> {
  const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const trust = document({ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' });
  await iam.createUser({ UserName: PERSON.name });
  await iam.createLoginProfile({ UserName: PERSON.name, Password: PERSON.password });
  for (let first = 0; first < ROLES; first += AT_ONCE) {
    const names = Array.from({ length: AT_ONCE }, (_, n) => `role-${String(first + n).padStart(3, '0')}`);
    await Promise.all(names.map((RoleName) => iam.createRole({ RoleName, AssumeRolePolicyDocument: trust })));
  }
  for (let n = 0; n < GROUPS; n++) {
    const GroupName = `group-${n}`;
    const roles = Array.from({ length: ROLES_OF_GROUP }, (_, role) => n * (ROLES / GROUPS) + role);
    const Resource = roles.map((role) => `arn:aws:iam::${accountId}:role/role-${String(role).padStart(3, '0')}`);
    await iam.createGroup({ GroupName });
    const PolicyDocument = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource });
    await iam.putGroupPolicy({ GroupName, PolicyName: 'roles', PolicyDocument });
    await iam.addUserToGroup({ GroupName, UserName: PERSON.name });
  }
}

async function signIn({ url, accountId }: RunningServer): Promise<Person> {
  const person = newPerson(url);
  const page = await person.open(`${url}/start`);
  if (page.kind !== 'page') throw new Error('there is no sign-in page');
  const given = { account: accountId, 'user name': PERSON.name, password: PERSON.password };
  const start = await page.submit('sign in', given);
  const shown = start.kind === 'page' ? start.html : '';
  const [apps, roles] = [shown.split('class="tile"').length - 1, shown.split('Get credentials</button>').length - 1];
  if (apps !== APPS || roles !== GROUPS * ROLES_OF_GROUP) throw new Error(`it shows ${apps} apps and ${roles} roles`);
  return person;
}

function opening(person: Person, url: string, pid: number | undefined): Workload {
  return {
    kind: 'rate',
    cpu: () => (pid === undefined ? undefined : processTreeCpu(pid)),
    async measure(ms) {
      const started = performance.now();
      let opened = 0;
      for (; performance.now() - started < ms; opened++) await person.open(url);
      return (opened * 1000) / (performance.now() - started);
    },
  };
}

async function prepare(): Promise<PreparedBench> {
  const server = await startServer({ config: { oidc: { clients } } });
  const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  await fill(iam, server.accountId);
  const person = await signIn(server);
  const pid = server.process?.child.pid;
  return {
    variants: {
      'account page': opening(person, `${server.url}/sign-in`, pid),
      'start page': opening(person, `${server.url}/start`, pid),
      'start page, searched': opening(person, `${server.url}/start?q=role-250`, pid),
    },
    async tearDown() {
      iam.destroy();
      await server.stop();
    },
  };
}

export const benches: readonly Bench[] = [
  { name: 'start-page', against: 'account page', roundMs: 500, rounds: 9, prepare },
];
