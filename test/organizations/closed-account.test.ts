import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloseAccountCommand,
  DescribeAccountCommand,
  ListAccountsCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OutsideProvider, startOutsideProvider } from '../../harness/outside-provider.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { reopenAccount } from '../../src/identity/organizations/reopen-account.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { run } from '../app/commands/run.ts';
import { ACCOUNT_ID, type Key, type ServedInProcess, serveInProcess } from '../support/in-process-server.ts';
import { beginAll, DOORS, furnishAccount, tried, type Use } from './account-doors.ts';
import { type OrganizationScene, startOrganization } from './scene.ts';

/**
 * Every way in that an account has is tried after it was closed, at the process that closed it and at another one on the same store. The
 * gate is one for all of them (`identity/store/without-closed-accounts.ts`, `test/identity/store/without-closed-accounts.test.ts`).
 */
const directory = temporaryDirectory();
const env: Record<string, string> = {
  ROLECALL_DATA_DIR: join(directory.path, 'data'),
  ROLECALL_KEY_ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
};
let outside: OutsideProvider;
let scene: OrganizationScene;
let store: IdentityStore;
let other: ServedInProcess;
let urls: readonly [here: string, there: string];
let account: string;

beforeAll(async () => {
  outside = await startOutsideProvider();
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true, registration: { mode: 'tokens' } } }));
  env['ROLECALL_CONFIG'] = file;
  let stores: Stores | undefined;
  scene = await startOrganization(env, (opened) => {
    stores = opened;
    return opened;
  });
  store = announceChanges(openIdentityStore((stores as Stores).collections), (stores as Stores).ephemeral);
  // On the same stores, with caches of its own. What a process may open only once is the embedded store.
  const { ROLECALL_DATA_DIR: _, ...same } = env;
  other = await serveInProcess({ ...same, ROLECALL_PUBLIC_URL: scene.server.url }, (own) => ({
    ...(stores as Stores),
    close: own.close,
  }));
  urls = [scene.server.url, other.url];
  account = await scene.createAccount('leaving');
  await furnishAccount({ scene, outside, urls, account });
});
afterAll(async () => {
  await other.close();
  expect([...scene.server.errors, ...other.errors]).toEqual([]);
  await scene.server.close();
  await outside.close();
  directory.remove();
});

const close = (AccountId: string, key?: Key) => scene.client(key).send(new CloseAccountCommand({ AccountId }));
const all = (said: (door: string) => string) =>
  Object.fromEntries(Object.keys(DOORS).map((door) => [door, said(door)]));

const DAY = 86_400_000;
const closings = (count: number) =>
  store.organizations.update([scene.organizationId], (old) => ({
    ...old,
    closings: Array.from({ length: count }, () => ({ accountId: '000000000000', closedAt: Date.now() })),
  }));
/** The code of a refusal, and its reason, or its message if it has none. */
const refusal = (given: Promise<unknown>) =>
  given.then(
    () => ['works'],
    ({ name, Reason, message }: { name: string; Reason?: string; message: string }) => [name, Reason ?? message],
  );

describe('[S36] a closed account', () => {
  let begun: ReadonlyMap<string, Use>;
  test('was open by every way in', async () => {
    expect(await tried(await beginAll(), urls[1])).toEqual(all(() => 'works'));
  });

  test('is open by none, at both processes', async () => {
    begun = await beginAll();
    await close(account);
    for (const url of [...urls].reverse())
      expect(await tried(begun, url)).toEqual(all((door) => DOORS[door]?.[0] ?? ''));
  });

  test('stays in the organization, and its address stays taken', async () => {
    const { Account } = await scene.client().send(new DescribeAccountCommand({ AccountId: account }));
    expect(Account).toMatchObject({ Status: 'SUSPENDED', State: 'CLOSED', Email: 'leaving@example.com' });
    const { Accounts } = await scene.client().send(new ListAccountsCommand({}));
    expect(Accounts?.map(({ Id, State }) => [Id, State])).toContainEqual([account, 'CLOSED']);
    expect(await scene.createAccount('leaving')).toBe('');
    expect(await refusal(close(account))).toEqual(['AccountAlreadyClosedException', 'The account is already closed.']);
    const ServicePrincipal = 'config.amazonaws.com';
    const register = new RegisterDelegatedAdministratorCommand({ AccountId: account, ServicePrincipal });
    expect(await refusal(scene.client().send(register))).toEqual([
      'ConstraintViolationException',
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
    ]);
  });

  test('that is opened again has its keys and passwords, but no session, login or token from before', async () => {
    const kept = new Set([
      'the access key of a user',
      'AssumeRoot',
      'AssumeRole from another account',
      'AssumeRole into another account',
      'GetWebIdentityToken',
      'discovery of its outbound issuer',
      'the keys of its outbound issuer',
      'the sign-in page, by a password',
      'the button of its connector',
      'a device that asks',
      'an application itself',
      // An answer about a token: it is not active.
      'introspection by its application',
      'the authorization endpoint, for its application',
      'an initial access token',
      'a registration',
      'SAML metadata',
      'SAML single sign-on',
      'SAML single logout',
    ]);
    // The refused sign-ins count, as those of anybody's.
    scene.advance(600_000);
    // By a computer whose clock is an hour behind.
    expect(await reopenAccount(store, account, Date.now() - 3_600_000)).toBe(true);
    expect(await reopenAccount(store, account, Date.now())).toBe(false);
    const said = await tried(begun, urls[1]);
    expect(new Set(Object.keys(said).filter((door) => said[door] === 'works'))).toEqual(kept);
    const { Account } = await scene.client().send(new DescribeAccountCommand({ AccountId: account }));
    expect(Account).toMatchObject({ Status: 'ACTIVE', State: 'ACTIVE' });
  });
});

describe('[Organizations: CloseAccount]', () => {
  test('the management account closes members, and no other', async () => {
    const member = await scene.createAccount('member');
    const manager = await scene.administrate(member);
    expect(await refusal(close(ACCOUNT_ID))).toEqual([
      'ConstraintViolationException',
      'CANNOT_CLOSE_MANAGEMENT_ACCOUNT',
    ]);
    expect(await refusal(close('000000000009'))).toEqual([
      'AccountNotFoundException',
      "You specified an account that doesn't exist.",
    ]);
    expect(await refusal(close(member, manager))).toEqual([
      'AccessDeniedException',
      "You don't have permissions to access this resource.",
    ]);
    expect(await refusal(close('12345'))).toEqual(['InvalidInputException', 'INVALID_PATTERN']);
  });

  test('closes ten accounts in 30 days, or a tenth of the members', async () => {
    const member = await scene.createAccount('eleventh');
    await closings(10);
    expect(await refusal(close(member))).toEqual(['ConstraintViolationException', 'CLOSE_ACCOUNT_QUOTA_EXCEEDED']);
    scene.advance(30 * DAY);
    await close(member);
    const { closings: counted } = (await store.organizations.get([scene.organizationId])) ?? {};
    expect(counted?.map(({ accountId }) => accountId)).toEqual([member]);
  });

  test('never closes the first account of the server, whoever manages it', async () => {
    const manager = await scene.createAccount('manager');
    const key = await scene.administrate(manager);
    const own = await store.organizations.get([scene.organizationId]);
    if (own === undefined) throw new Error('there is no organization');
    // As if the first account had accepted an invitation.
    await store.organizations.update([scene.organizationId], (old) => ({ ...old, managementAccountId: manager }));
    expect(await refusal(close(ACCOUNT_ID, key))).toEqual([
      'AccessDeniedException',
      'The first account of this server cannot be closed.',
    ]);
    await store.organizations.update([scene.organizationId], () => own);
  });

  test('is recorded, and the operator opens the account again', async () => {
    expect(scene.server.events.filter(({ eventName }) => eventName === 'CloseAccount')).toContainEqual(
      expect.objectContaining({ outcome: 'allowed', request: expect.objectContaining({ AccountId: account }) }),
    );
    const member = await scene.createAccount('mistaken');
    await store.accounts.update([member], (old) => ({ ...old, closedAt: Date.now() }));
    await other.close();
    await scene.server.close();
    const opened = await run(['reopen-account', member], env);
    expect(opened.stderr).toContain(`account ${member} is open again; sessions and tokens that ended stay ended`);
    expect((await run(['reopen-account', member], env)).stderr).toContain(`account ${member} is open`);
    expect((await run(['reopen-account', '000000000009'], env)).stderr).toContain('there is no account 000000000009');
    const { stdout } = await run(['query-audit', '--account', member], env);
    expect(JSON.parse(stdout)).toMatchObject({ eventName: 'ReopenAccount', accountId: member });
  });
});
