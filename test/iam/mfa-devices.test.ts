import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { otpauthUri } from '../../src/identity/factors/create-virtual-mfa-device.ts';
import { drawQrCode } from '../../src/identity/factors/draw-qr-code.ts';
import { verifyMfaCode } from '../../src/identity/factors/verify-mfa-code.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';
import { enable, makeDevice, serialOf } from './support/mfa.ts';

let iam: IamUnderTest;
const STEP = 30_000;
const devicesOf = async (UserName: string) => (await iam.call('ListMFADevices', { UserName })).MFADevices;

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  for (const UserName of ['alice', 'bob']) await iam.call('CreateUser', { UserName });
});
afterAll(() => iam.close());

describe('CreateVirtualMFADevice', () => {
  test('returns the serial number and, once, the seed', async () => {
    const Tags = [{ Key: 'a', Value: 'b' }];
    const input = { VirtualMFADeviceName: 'phone', Path: '/p/', Tags };
    const { VirtualMFADevice } = await iam.call('CreateVirtualMFADevice', input);
    expect(VirtualMFADevice).toEqual({
      SerialNumber: serialOf('phone', '/p/'),
      Base32StringSeed: expect.anything(),
      QRCodePNG: expect.anything(),
      Tags,
    });
    expect(Buffer.from(VirtualMFADevice.Base32StringSeed).toString()).toMatch(/^[A-Z2-7]{64}$/);
    expect((await iam.call('ListVirtualMFADevices')).VirtualMFADevices).toEqual([
      { SerialNumber: serialOf('phone', '/p/') },
    ]);
  });

  test('[S28] the seed is sealed at rest, bound to its device', async () => {
    const { SerialNumber, seed } = await makeDevice(iam, 'phone');
    const stored = await iam.deps.store.virtualMfaDevices.get([ACCOUNT_ID, SerialNumber.toLowerCase()]);
    expect(JSON.stringify(stored)).not.toContain(seed.toString('base64'));
    expect(iam.deps.sealer.open(stored?.sealedSeed ?? '', SerialNumber)).toEqual(seed);
    expect(() => iam.deps.sealer.open(stored?.sealedSeed ?? '', serialOf('other'))).toThrow();
  });

  test('[aws-behaviour 15] names are unique, ignoring case', async () => {
    await makeDevice(iam, 'Phone');
    expect(await refusalOf(makeDevice(iam, 'pHONE'))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'MFA device already exists.',
    });
  });

  test('[aws-behaviour 28] the answer contains the QR code', async () => {
    await iam.call('CreateAccountAlias', { AccountAlias: 'acme' });
    const { VirtualMFADevice } = await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'scanned' });
    const base32Seed = Buffer.from(VirtualMFADevice.Base32StringSeed).toString();
    const uri = otpauthUri({ deviceName: 'scanned', accountName: 'acme', base32Seed, issuer: 'Rolecall' });
    expect(VirtualMFADevice.QRCodePNG).toEqual(await drawQrCode(uri));
  });

  test('the URI in the QR code', () => {
    const uri = otpauthUri({ deviceName: 'phone', accountName: 'acme', base32Seed: 'ABC', issuer: 'Rolecall' });
    expect(uri).toBe('otpauth://totp/phone%40acme?secret=ABC&issuer=Rolecall');
  });
});

describe('EnableMFADevice', () => {
  test('assigns the device to a user', async () => {
    const device = await makeDevice(iam, 'phone');
    expect(await enable(iam, device, 'alice')).toEqual({});
    const enabled = { UserName: 'alice', SerialNumber: device.SerialNumber, EnableDate: new Date(START) };
    expect(await devicesOf('alice')).toEqual([enabled]);
    expect(await iam.call('GetMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber })).toEqual(enabled);
    const assigned = await iam.call('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
    expect(assigned.VirtualMFADevices).toMatchObject([{ User: { UserName: 'alice' }, EnableDate: new Date(START) }]);
    const unassigned = await iam.call('ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' });
    expect(unassigned.VirtualMFADevices).toEqual([]);
  });

  test.each([
    ['one code twice', 0, 0],
    ['the wrong order', 0, -1],
    ['codes from long ago', -11, -10],
    ['codes that do not follow each other', -2, 0],
  ])('refuses %s', async (_name, first, second) => {
    const device = await makeDevice(iam, 'phone');
    const input = {
      UserName: 'alice',
      SerialNumber: device.SerialNumber,
      AuthenticationCode1: device.code(first),
      AuthenticationCode2: device.code(second),
    };
    expect(await refusalOf(iam.call('EnableMFADevice', input))).toEqual({
      code: 'InvalidAuthenticationCode',
      status: 403,
      message: 'Authentication code for device is not valid.',
    });
    expect(await devicesOf('alice')).toEqual([]);
  });

  test('a device has one owner, even when several enable it concurrently', async () => {
    const device = await makeDevice(iam, 'phone');
    const results = await Promise.allSettled(['alice', 'bob'].map((name) => enable(iam, device, name)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusalOf(enable(iam, device, 'alice'))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'MFA Device is already in use.',
    });
    expect([...(await devicesOf('alice')), ...(await devicesOf('bob'))]).toHaveLength(1);
  });

  test('[aws-behaviour 13] a user has at most eight, even when more are enabled concurrently', async () => {
    const devices = [];
    for (let index = 0; index < 12; index++) devices.push(await makeDevice(iam, `d${index}`));
    const results = await Promise.allSettled(devices.map((device) => enable(iam, device, 'alice')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    expect(await devicesOf('alice')).toHaveLength(8);
    const left = (await iam.call('ListVirtualMFADevices', { AssignmentStatus: 'Unassigned' })).VirtualMFADevices;
    expect(left).toHaveLength(4);
    const spare = devices.find(({ SerialNumber }) => SerialNumber === left[0].SerialNumber);
    if (!spare) throw new Error('no spare device');
    expect(await refusalOf(enable(iam, spare, 'alice'))).toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for MFADevicesPerUser: 8',
    });
    // and the refused device is free for somebody else
    expect(await enable(iam, spare, 'bob')).toEqual({});
  });

  test('no such device, no such user', async () => {
    const device = await makeDevice(iam, 'phone');
    const ghost = { ...device, SerialNumber: serialOf('ghost') };
    expect(await refusalOf(enable(iam, ghost, 'alice'))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `MFA Device with serial number ${serialOf('ghost')} does not exist.`,
    });
    expect((await refusalOf(enable(iam, device, 'ghost'))).message).toBe('The user with name ghost cannot be found.');
  });

  test('an abandoned claim expires after a minute', async () => {
    const device = await makeDevice(iam, 'phone');
    const key = [ACCOUNT_ID, device.SerialNumber.toLowerCase()];
    await iam.deps.store.virtualMfaDevices.update(key, (old) => ({
      ...old,
      assignment: { ownerId: 'AIDAGONE', claimedAt: iam.clock.now() },
    }));
    const remove = () => iam.call('DeleteVirtualMFADevice', { SerialNumber: device.SerialNumber });
    expect((await refusalOf(enable(iam, device, 'alice'))).code).toBe('EntityAlreadyExists');
    expect((await refusalOf(remove())).code).toBe('DeleteConflict');
    iam.clock.advance(61_000);
    expect(await enable(iam, device, 'alice')).toEqual({});
    iam.clock.advance(61_000);
    expect((await refusalOf(remove())).code).toBe('DeleteConflict');
  });
});

describe('[S24] wrong codes of one caller', () => {
  const tryWith = (SerialNumber: string, operation: string, UserName: string, caller: Caller) =>
    refusalOf(
      iam.call(
        operation,
        { UserName, SerialNumber, AuthenticationCode1: '000000', AuthenticationCode2: '111111' },
        caller,
      ),
    );

  test('for another person’s device count neither against that person nor against root', async () => {
    const device = await makeDevice(iam, 'phone');
    const ofRoot = await makeDevice(iam, 'root-account-mfa-device');
    await enable(iam, ofRoot, 'root');
    const bob = await iam.userCaller('bob');
    for (let n = 0; n < 12; n++) {
      for (const { SerialNumber } of [device, ofRoot]) await tryWith(SerialNumber, 'EnableMFADevice', 'bob', bob);
    }
    expect(await enable(iam, device, 'alice', await iam.userCaller('alice'))).toEqual({});
    iam.clock.advance(2 * STEP);
    await verifyMfaCode(iam.deps, rootOf(ACCOUNT_ID), {
      serialNumber: ofRoot.SerialNumber,
      code: ofRoot.code(),
      ip: '192.0.2.1',
      now: iam.clock.now(),
    });
  });

  test('who resynchronises another user’s device count against the caller, not the owner', async () => {
    const device = await makeDevice(iam, 'phone');
    await enable(iam, device, 'alice');
    const bob = await iam.userCaller('bob');
    for (let n = 0; n < 12; n++) await tryWith(device.SerialNumber, 'ResyncMFADevice', 'alice', bob);
    iam.clock.advance(2 * STEP);
    const codes = { AuthenticationCode1: device.code(-1), AuthenticationCode2: device.code(0) };
    const input = { UserName: 'alice', SerialNumber: device.SerialNumber, ...codes };
    expect(await refusalOf(iam.call('ResyncMFADevice', input, bob))).toMatchObject({
      code: 'InvalidAuthenticationCode',
    });
    expect(await iam.call('ResyncMFADevice', input, await iam.userCaller('alice'))).toEqual({});
  });
});

describe('a device in use', () => {
  test('prevents deletion of its user and itself until it is deactivated', async () => {
    const device = await makeDevice(iam, 'phone');
    await enable(iam, device, 'alice');
    const name = { SerialNumber: device.SerialNumber };
    expect(await refusalOf(iam.call('DeleteVirtualMFADevice', name))).toEqual({
      code: 'DeleteConflict',
      status: 409,
      message: 'MFA VirtualDevice in use. Must deactivate first.',
    });
    expect((await refusalOf(iam.call('DeleteUser', { UserName: 'alice' }))).code).toBe('DeleteConflict');
    expect((await refusalOf(iam.call('DeactivateMFADevice', { UserName: 'bob', ...name }))).code).toBe('NoSuchEntity');
    expect(await iam.call('DeactivateMFADevice', { UserName: 'alice', ...name })).toEqual({});
    expect(await devicesOf('alice')).toEqual([]);
    expect(await iam.call('DeleteVirtualMFADevice', name)).toEqual({});
    expect((await refusalOf(iam.call('DeleteVirtualMFADevice', name))).code).toBe('NoSuchEntity');
    expect(await iam.call('DeleteUser', { UserName: 'alice' })).toEqual({});
  });

  test('can be assigned again after it was deactivated', async () => {
    const device = await makeDevice(iam, 'phone');
    await enable(iam, device, 'alice');
    await iam.call('DeactivateMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber });
    iam.clock.advance(2 * STEP);
    expect(await enable(iam, device, 'bob')).toEqual({});
  });

  test('ResyncMFADevice uses two codes up', async () => {
    const device = await makeDevice(iam, 'phone');
    await enable(iam, device, 'alice');
    iam.clock.advance(2 * STEP);
    const resync = () =>
      iam.call('ResyncMFADevice', {
        UserName: 'alice',
        SerialNumber: device.SerialNumber,
        AuthenticationCode1: device.code(-1),
        AuthenticationCode2: device.code(0),
      });
    expect(await resync()).toEqual({});
    expect((await refusalOf(resync())).code).toBe('InvalidAuthenticationCode');
  });

  test('lists of devices are paged', async () => {
    for (const name of ['c', 'a', 'b']) await enable(iam, await makeDevice(iam, name), 'alice');
    const first = await iam.call('ListMFADevices', { UserName: 'alice', MaxItems: 2 });
    const second = await iam.call('ListMFADevices', { UserName: 'alice', Marker: first.Marker });
    const serials = [...first.MFADevices, ...second.MFADevices].map(
      (each: { SerialNumber: string }) => each.SerialNumber,
    );
    expect(serials).toEqual(['a', 'b', 'c'].map((name) => serialOf(name)));
    const page = await iam.call('ListVirtualMFADevices', { MaxItems: 2 });
    const rest = await iam.call('ListVirtualMFADevices', { Marker: page.Marker });
    expect([...page.VirtualMFADevices, ...rest.VirtualMFADevices]).toHaveLength(3);
  });

  test('without a name, for the caller', async () => {
    await enable(iam, await makeDevice(iam, 'phone'), 'alice');
    const own = await iam.call('ListMFADevices', {}, await iam.userCaller('alice'));
    expect(own.MFADevices).toMatchObject([{ UserName: 'alice' }]);
    expect(await iam.call('ListMFADevices')).toEqual({ MFADevices: [], IsTruncated: false });
  });
});

describe('the root user', () => {
  test('is meant by `root` if there is no user of that name', async () => {
    const device = await makeDevice(iam, 'root-account-mfa-device');
    expect(await enable(iam, device, 'root')).toEqual({});
    expect((await iam.call('ListMFADevices')).MFADevices).toMatchObject([{ SerialNumber: device.SerialNumber }]);
    expect((await iam.call('GetAccountSummary')).SummaryMap).toMatchObject({
      AccountMFAEnabled: 1,
      MFADevicesInUse: 1,
    });
    const { VirtualMFADevices } = await iam.call('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
    expect(VirtualMFADevices).toMatchObject([{ User: { Arn: `arn:aws:iam::${ACCOUNT_ID}:root`, UserId: ACCOUNT_ID } }]);
    await iam.call('DeactivateMFADevice', { UserName: 'root', SerialNumber: device.SerialNumber });
    expect((await iam.call('ListMFADevices')).MFADevices).toEqual([]);
  });

  test('a user of that name takes precedence; nobody else may name the root user', async () => {
    const device = await makeDevice(iam, 'phone');
    const [target] = await iam.targets('EnableMFADevice', { UserName: 'root' }, await iam.userCaller('alice'));
    expect(target?.resource).toBe(`arn:aws:iam::${ACCOUNT_ID}:user/root`);
    expect((await refusalOf(enable(iam, device, 'root', await iam.userCaller('alice')))).code).toBe('NoSuchEntity');
    await iam.call('CreateUser', { UserName: 'root' });
    await enable(iam, device, 'root');
    expect(await devicesOf('root')).toHaveLength(1);
    expect((await iam.call('ListMFADevices')).MFADevices).toEqual([]);
  });
});

describe('tags of a device', () => {
  test('are added, listed by key, and removed', async () => {
    const { SerialNumber } = await makeDevice(iam, 'phone');
    const Tags = [
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    await iam.call('TagMFADevice', { SerialNumber, Tags });
    const listed = await iam.call('ListMFADeviceTags', { SerialNumber });
    expect(listed).toEqual({ Tags: [Tags[1], Tags[0]], IsTruncated: false });
    await iam.call('UntagMFADevice', { SerialNumber, TagKeys: ['a', 'B'] });
    expect((await iam.call('ListMFADeviceTags', { SerialNumber })).Tags).toEqual([Tags[0]]);
  });

  test.each([
    ['TagMFADevice', { Tags: [] }],
    ['UntagMFADevice', { TagKeys: [] }],
    ['ListMFADeviceTags', {}],
    ['DeleteVirtualMFADevice', {}],
  ])('[S46] %s: only devices of the account', async (operation, further) => {
    await makeDevice(iam, 'phone');
    const other = rootOf(OTHER_ACCOUNT_ID);
    const input = { SerialNumber: serialOf('phone'), ...further };
    expect((await refusalOf(iam.call(operation, input, other))).code).toBe('NoSuchEntity');
    const [target] = await iam.targets(operation, input, other);
    expect(target).toMatchObject({ resourceAccountId: ACCOUNT_ID });
    expect(target?.resourceTags).toBeUndefined();
    const noArn = iam.call(operation, { ...input, SerialNumber: 'GAHT12345678' });
    expect((await refusalOf(noArn)).code).toBe('InvalidInput');
  });
});
