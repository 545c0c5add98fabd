import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  type IAMClient,
  ListMFADevicesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const HOUR = 3_600_000;
const ANNOUNCED = 'An administrator is about to remove your sign-in factors';

let smtp: TestSmtpServer;
let server: InProcessServer;
let directory: string;
const people = new Map<string, Enrolled>();
beforeAll(async () => {
  smtp = await startSmtpServer();
  directory = mkdtempSync(join(tmpdir(), 'rolecall-reset-'));
  const config = join(directory, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ signIn: { factorResetHours: 24 } }));
  const mail = { ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`, ROLECALL_MAIL_FROM: 'iam@example.org' };
  server = await startInProcess({ ...mail, ROLECALL_CONFIG: config });
  // Before the clock is moved on, because links and codes are of today.
  for (const name of ['ann', 'bob', 'cid', 'dan']) people.set(name, await enrolled(name));
});
afterAll(async () => {
  await server.close();
  await smtp.close();
  rmSync(directory, { recursive: true, force: true });
});

async function mailTo(name: string, subject: string): Promise<ReceivedMail> {
  const found = () =>
    smtp.mails.find(
      ({ to, headers }) => to.includes(`${name}@example.org`) && headers.get('subject')?.[0]?.startsWith(subject),
    );
  await until(() => found() !== undefined);
  return found() as ReceivedMail;
}

interface Enrolled {
  readonly key: Key;
  readonly SerialNumber: string;
}
const personOf = (name: string): Enrolled => people.get(name) as Enrolled;

/** Makes a user with a proven address, an authenticator app and an access key for all of IAM; tells the serial number of the app. */
async function enrolled(UserName: string): Promise<Enrolled> {
  const key = await makeUser(server, UserName, allow('iam:*'));
  const input = { UserName, Email: `${UserName}@example.org` };
  await send(server.url, signedJson(server.url, 'InviteUser', input, server.admin));
  const page = (await newPerson(server.url).open(linkIn(await mailTo(UserName, 'Your invitation')))) as PageSeen;
  const password = 'seven quiet otters swim';
  await page.submit('accept the invitation', { 'new password': password, 'repeat the new password': password });
  return { key, SerialNumber: await addApp(UserName) };
}

async function addApp(UserName: string): Promise<string> {
  const client = server.iam();
  const made = await client.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: `app-of-${UserName}` }));
  const seed = decodeBase32(Buffer.from(made.VirtualMFADevice?.Base32StringSeed ?? []).toString());
  const SerialNumber = made.VirtualMFADevice?.SerialNumber ?? '';
  const step = timeStepAt(Date.now());
  const [AuthenticationCode1, AuthenticationCode2] = [codeAt(seed, step - 1), codeAt(seed, step)];
  await client.send(new EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }));
  return SerialNumber;
}

let offset = 0;
function pass(ms: number): void {
  server.advance(ms);
  offset += ms;
}

/** A client whose clock goes with the server's. */
function iam(key?: Key): IAMClient {
  const client = server.iam(key);
  client.config.systemClockOffset = offset;
  return client;
}

const remove = (UserName: string, SerialNumber: string, key?: Key) =>
  iam(key).send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
const devicesOf = async (UserName: string) =>
  (await iam().send(new ListMFADevicesCommand({ UserName }))).MFADevices ?? [];
const waits = {
  name: 'EntityTemporarilyUnmodifiableException',
  $metadata: expect.objectContaining({ httpStatusCode: 409 }),
};

describe('[S33] [S37] with a waiting period, an administrator who removes a factor', () => {
  test('announces it: the person is told, and the factor stays until the time has passed', async () => {
    const { SerialNumber } = personOf('ann');
    await expect(remove('ann', SerialNumber)).rejects.toMatchObject(waits);
    await mailTo('ann', ANNOUNCED);
    pass(23 * HOUR);
    await expect(remove('ann', SerialNumber)).rejects.toMatchObject(waits);
    expect(await devicesOf('ann')).toHaveLength(1);
    pass(HOUR);
    await remove('ann', SerialNumber);
    expect(await devicesOf('ann')).toEqual([]);
    // Asking again did not start the time again, nor tell the person again.
    const subjects = smtp.mails.map(({ headers }) => headers.get('subject')?.[0] ?? '');
    expect(subjects.filter((subject) => subject.startsWith(ANNOUNCED))).toHaveLength(1);
  });

  test('must announce it again if the person objects', async () => {
    const { SerialNumber } = personOf('bob');
    await expect(remove('bob', SerialNumber)).rejects.toMatchObject(waits);
    const page = (await newPerson(server.url).open(linkIn(await mailTo('bob', ANNOUNCED)))) as PageSeen;
    await page.submit('secure');
    pass(25 * HOUR);
    await expect(remove('bob', SerialNumber)).rejects.toMatchObject(waits);
  });

  test('must announce it again if it is not carried out within a week after', async () => {
    const { SerialNumber } = personOf('cid');
    await expect(remove('cid', SerialNumber)).rejects.toMatchObject(waits);
    pass(8 * 24 * HOUR);
    await expect(remove('cid', SerialNumber)).rejects.toMatchObject(waits);
  });

  test('does not hold up the person, who removes their own at once', async () => {
    const { key, SerialNumber } = personOf('dan');
    await remove('dan', SerialNumber, key);
    expect(await devicesOf('dan')).toEqual([]);
  });

  test('learns at once of a device that is not the user’s, as before', async () => {
    await iam().send(new CreateUserCommand({ UserName: 'eve' }));
    await expect(remove('eve', 'arn:aws:iam::123456789012:mfa/none')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });
});
