import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { linkIn, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { expectPage } from '../oidc/app.ts';
import { account, allow, makeUser, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const EMAIL = 'root@example.org';
const PASSWORD = 'eight calm badgers dig';

let smtp: TestSmtpServer;
let server: InProcessServer;
let users: IdentityStore['users'];
beforeAll(async () => {
  smtp = await startSmtpServer();
  const env = {
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
    ROLECALL_ROOT_EMAIL: EMAIL,
    ROLECALL_ROOT_PASSWORD: PASSWORD,
  };
  server = await startInProcess(env, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

const mails = (subject: string) =>
  smtp.mails.filter(
    ({ to, headers }) => to.includes(EMAIL) && headers.get('subject')?.some((text) => text.startsWith(subject)),
  );

test('[S48] the owner is told by mail that the root user is used, once an hour', async () => {
  for (let turn = 0; turn < 2; turn++) {
    const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
    await page.submit('sign in', { account: '', 'user name': EMAIL, password: PASSWORD });
  }
  // The second sign-in is from a device that is new, too: its notice comes after every mail about the use.
  await until(() => mails('New sign-in').length === 2);
  const [mail, ...more] = mails('The root user was used');
  expect(more).toEqual([]);
  expect(mail?.text).toContain('PasswordSignIn, ');
  expect(linkIn(mail as NonNullable<typeof mail>)).toContain('/not-me/');
});

test('[S37] the owner is told by mail of each hour in which emergency access is used, and by whom', async () => {
  const key = await makeUser(server, 'fireman', allow('sts:AssumeRole'));
  await server.iam().send(new CreateRoleCommand({ RoleName: 'emergency', AssumeRolePolicyDocument: trust(account) }));
  const input = { Arn: roleArn('emergency'), Privileged: true };
  expect((await send(server.url, signedJson(server.url, 'SetPrivileged', input, server.admin))).status).toBe(200);
  const [user] = (await users.find('byName', [ACCOUNT_ID, 'fireman'])).items;
  await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({
    ...old,
    breakGlass: { until: Date.now() + 3_600_000, reason: 'all keys lost' },
  }));
  const assume = () =>
    server.sts(key).send(new AssumeRoleCommand({ RoleArn: roleArn('emergency'), RoleSessionName: 'night' }));
  await assume();
  await assume();
  await until(() => mails('Emergency access was used').length > 0);
  const [mail] = mails('Emergency access was used');
  expect(mail?.text).toContain(`arn:aws:iam::${ACCOUNT_ID}:user/fireman used emergency access`);
  expect(mail?.text).toContain(`sts:AssumeRole, ${roleArn('emergency')}`);
  expect(mail?.text).toContain('Check in the audit record what was done.');
  expect(mail?.text).not.toContain('/not-me/');
});
