import { generateKeyPairSync } from 'node:crypto';
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetGroupCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificatePem, selfSigned } from '../../harness/certificate.ts';
import { newPerson } from '../../harness/person.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { allow, keyOf, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
let server: InProcessServer;
let users: IdentityStore['users'];
beforeAll(async () => {
  server = await startInProcess({}, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  const { __type: type, ...answer } = JSON.parse(body) as Record<string, unknown>;
  return { status, type, answer };
}
const works = (key: Key): Promise<boolean> =>
  server
    .sts(key)
    .send(new GetCallerIdentityCommand({}))
    .then(
      () => true,
      () => false,
    );
const session = async (key: Key) => keyOf((await server.sts(key).send(new GetSessionTokenCommand({}))).Credentials);
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

async function signsIn(user: string): Promise<string> {
  const page = await newPerson(server.url).open(`${server.url}/sign-in`);
  if (page.kind !== 'page') throw new Error('no page');
  const after = await page.submit('sign in', { account: ACCOUNT_ID, user, password: PASSWORD });
  return after.kind === 'page' ? after.text : after.url.href;
}

describe('an end date', () => {
  test('[S36] ends the access key, its sessions and the sign-in, as if the user were disabled', async () => {
    const key = await makeUser(server, 'contractor', allow('sts:*'));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: 'contractor', Password: PASSWORD }));
    const token = await session(key);
    const set = await call('SetUserEndDate', { UserName: 'contractor', EndDate: secondsFromNow(300) });
    expect(set).toMatchObject({ status: 200, answer: { User: { Enabled: true, EndDate: expect.any(Number) } } });
    expect([await works(key), await works(token)]).toEqual([true, true]);
    server.advance(301_000);
    await until(async () => !(await works(key)));
    expect(await works(server.admin)).toBe(true);
    expect(await works(token)).toBe(false);
    expect(await signsIn('contractor')).toContain('disabled');
    expect((await call('GetUserStatus', { UserName: 'contractor' })).answer).toMatchObject({
      User: { Enabled: false, EndDate: expect.any(Number), DisabledBy: [{ Origin: 'END_DATE' }] },
    });
    const ended = () => server.events.filter(({ eventName }) => eventName === 'EndUser');
    // The date holds by the clock; the process that writes it down comes a moment later.
    await until(() => ended().length > 0);
    expect(ended()).toEqual([
      expect.objectContaining({ resources: [`arn:aws:iam::${ACCOUNT_ID}:user/contractor`], accountId: ACCOUNT_ID }),
    ]);
    server.advance(-301_000);
  });

  test('[S36] holds by the clock alone: for keys and sessions in memory, and at the sign-in, if no process acts on it', async () => {
    const key = await makeUser(server, 'unseen', allow('sts:*'));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: 'unseen', Password: PASSWORD }));
    const [{ userId } = { userId: '' }] = (await users.find('byName', [ACCOUNT_ID, 'unseen'])).items;
    // Written past `SetUserEndDate`, so that no timer knows of it; before anything is in memory.
    await users.update([ACCOUNT_ID, userId], (old) => ({ ...old, endsAt: Date.now() + 300_000 }));
    const token = await session(key);
    expect([await works(key), await works(token)]).toEqual([true, true]);
    server.advance(301_000);
    expect([await works(key), await works(token), await works(server.admin)]).toEqual([false, false, true]);
    expect(await signsIn('unseen')).toContain('disabled');
    const status = await call('GetUserStatus', { UserName: 'unseen' });
    expect(status.answer).toMatchObject({ User: { Enabled: false, DisabledBy: [{ Origin: 'END_DATE' }] } });
    // A later date enables the user, and revives no session.
    await call('SetUserEndDate', { UserName: 'unseen', EndDate: secondsFromNow(7200) });
    expect([await works(key), await works(token)]).toEqual([true, false]);
    server.advance(-301_000);
  });

  test('moved to a later day, it enables the user, but revives no session', async () => {
    const key = await makeUser(server, 'auditor', allow('sts:*'));
    const token = await session(key);
    expect(await call('SetUserEndDate', { UserName: 'auditor', EndDate: secondsFromNow(-60) })).toMatchObject({
      status: 200,
      answer: { User: { Enabled: false } },
    });
    expect([await works(key), await works(token)]).toEqual([false, false]);
    await call('SetUserEndDate', { UserName: 'auditor', EndDate: secondsFromNow(3600) });
    expect([await works(key), await works(token)]).toEqual([true, false]);
    expect((await call('SetUserEndDate', { UserName: 'auditor' })).answer['User']).not.toHaveProperty('EndDate');
  });

  test('does not enable a user whom an administrator has disabled', async () => {
    const key = await makeUser(server, 'both', allow('sts:*'));
    await call('DisableUser', { UserName: 'both', Reason: 'test' });
    await call('SetUserEndDate', { UserName: 'both', EndDate: secondsFromNow(-60) });
    await call('SetUserEndDate', { UserName: 'both' });
    expect((await call('GetUserStatus', { UserName: 'both' })).answer).toMatchObject({
      User: { Enabled: false, DisabledBy: [{ Origin: 'ADMINISTRATOR' }] },
    });
    expect(await works(key)).toBe(false);
  });

  test('nobody can move their own', async () => {
    const key = await makeUser(server, 'mover', allow('rolecall:*'));
    expect(await call('SetUserEndDate', { UserName: 'mover' }, key)).toMatchObject({ type: 'OwnUserException' });
    expect(await call('OffboardUser', { UserName: 'mover', Reason: 'x' }, key)).toMatchObject({
      type: 'OwnUserException',
    });
  });
});

async function enrol(UserName: string): Promise<string> {
  const iam = server.iam();
  const made = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const device = made.VirtualMFADevice;
  const seed = decodeBase32(Buffer.from(device?.Base32StringSeed ?? []).toString());
  const step = timeStepAt(Date.now());
  const SerialNumber = device?.SerialNumber ?? '';
  const [AuthenticationCode1, AuthenticationCode2] = [codeAt(seed, step - 1), codeAt(seed, step)];
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }));
  return SerialNumber;
}

describe('OffboardUser', () => {
  test('[S36] says what would end, ends it, and keeps the disabled user', async () => {
    const iam = server.iam();
    const key = await makeUser(server, 'leaver', allow('sts:*'));
    await iam.send(new CreateLoginProfileCommand({ UserName: 'leaver', Password: PASSWORD }));
    await iam.send(new CreateGroupCommand({ GroupName: 'Team' }));
    await iam.send(new AddUserToGroupCommand({ GroupName: 'Team', UserName: 'leaver' }));
    const token = await session(key);
    const serialNumber = await enrol('leaver');
    const Oidc = { RedirectUris: ['https://shop.example/callback'] };
    const made = await call('CreateApplication', { DisplayName: 'Shop', OpenTo: 'ASSIGNED', Oidc });
    const { ApplicationId } = made.answer['Application'] as { ApplicationId: string };
    await call('AssignApplication', { ApplicationId, UserName: 'leaver' });
    const [{ userId } = { userId: '' }] = (await users.find('byName', [ACCOUNT_ID, 'leaver'])).items;
    const breakGlass = { until: Date.now() + 3_600_000, reason: 'emergency' };
    await users.update([ACCOUNT_ID, userId], (old) => ({ ...old, breakGlass }));
    const named = { UserName: 'leaver' };
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const SSHPublicKeyBody = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const ssh = await iam.send(new UploadSSHPublicKeyCommand({ ...named, SSHPublicKeyBody }));
    const CertificateBody = certificatePem(selfSigned(rsa));
    const signing = await iam.send(new UploadSigningCertificateCommand({ ...named, CertificateBody }));
    const ServiceName = 'bedrock.amazonaws.com';
    const api = await iam.send(new CreateServiceSpecificCredentialCommand({ ...named, ServiceName }));
    const secret = api.ServiceSpecificCredential?.ServiceCredentialSecret ?? '';
    expect(secret).toMatch(/^ABSK/);
    expect(JSON.stringify(server.events)).not.toContain(secret);
    const planned = [
      { Kind: 'SIGN_IN_AND_SESSIONS', Name: 'leaver' },
      { Kind: 'ACCESS_KEY', Name: key.accessKeyId },
      { Kind: 'SSH_PUBLIC_KEY', Name: ssh.SSHPublicKey?.SSHPublicKeyId },
      { Kind: 'SIGNING_CERTIFICATE', Name: signing.Certificate?.CertificateId },
      { Kind: 'SERVICE_SPECIFIC_CREDENTIAL', Name: api.ServiceSpecificCredential?.ServiceSpecificCredentialId },
      { Kind: 'PASSWORD', Name: 'leaver' },
      { Kind: 'FACTOR', Name: serialNumber },
      { Kind: 'APPLICATION', Name: ApplicationId },
    ];
    const input = { UserName: 'leaver', Reason: 'left on 30 November' };
    const dry = await call('OffboardUser', { ...input, DryRun: true });
    expect(dry).toMatchObject({ status: 200, answer: { Ended: planned, User: { Enabled: true } } });
    expect([await works(key), await works(token)]).toEqual([true, true]);

    const done = await call('OffboardUser', input);
    expect(done).toMatchObject({ status: 200, answer: { Ended: planned, User: { Enabled: false } } });
    expect([await works(key), await works(token)]).toEqual([false, false]);
    expect((await iam.send(new ListAccessKeysCommand({ UserName: 'leaver' }))).AccessKeyMetadata).toEqual([]);
    expect((await iam.send(new ListMFADevicesCommand({ UserName: 'leaver' }))).MFADevices).toEqual([]);
    const devices = await iam.send(new ListVirtualMFADevicesCommand({}));
    expect(devices.VirtualMFADevices?.map(({ SerialNumber }) => SerialNumber)).not.toContain(serialNumber);
    expect((await call('ListApplicationAssignments', { ApplicationId })).answer).toMatchObject({ Assignments: [] });
    const group = await iam.send(new GetGroupCommand({ GroupName: 'Team' }));
    expect(group.Users?.map(({ UserName }) => UserName)).toEqual(['leaver']);
    // It would count again if the user were enabled before it ends.
    expect(await users.get([ACCOUNT_ID, userId])).not.toHaveProperty('breakGlass');
    expect(await call('OffboardUser', input)).toMatchObject({ status: 200, answer: { Ended: [] } });
  });

  test('ends what an interrupted run, or somebody since, has left', async () => {
    const iam = server.iam();
    await iam.send(new CreateUserCommand({ UserName: 'half' }));
    await call('InviteUser', { UserName: 'half', Email: 'half@example.org' });
    await call('DisableUser', { UserName: 'half', Reason: 'interrupted' });
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'half' }));
    expect(await call('OffboardUser', { UserName: 'half', Reason: 'again' })).toMatchObject({
      answer: {
        Ended: [
          { Kind: 'ACCESS_KEY', Name: AccessKey?.AccessKeyId },
          { Kind: 'INVITATION', Name: 'half@example.org' },
        ],
      },
    });
    expect((await call('ListInvitations', {})).answer).toMatchObject({ Invitations: [] });
  });
});
