import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findCredentialHolder } from '../../../src/identity/credentials/find-credential-holder.ts';
import { FACTOR_KINDS } from '../../../src/identity/factors/factor-kinds.ts';
import { verifyMfaCode } from '../../../src/identity/factors/verify-mfa-code.ts';
import { type Caller, holderOfCaller, type SessionFacts } from '../../../src/identity/sessions/caller.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
} from '../../iam/support/iam-under-test.ts';
import { enable, makeDevice, serialOf, type TestDevice } from '../../iam/support/mfa.ts';

const STEP = 30_000;
let iam: IamUnderTest;
let device: TestDevice;
let alice: Caller;

const SESSION: SessionFacts = {
  issuedAt: 0,
  expiresAt: 0,
  tags: [],
  transitiveTagKeys: [],
  sessionPolicies: [],
  sessionPolicyArns: [],
};
let made = 0;

const HERE = { accessKeyId: 'AKIAALICE', ip: '192.0.2.1' };
const verify = (
  code: string,
  serialNumber = device.SerialNumber,
  caller = alice,
  { accessKeyId, ip }: { accessKeyId: string | undefined; ip: string } = HERE,
) => {
  const key = accessKeyId === undefined ? { accessKeyId: `ASIA${made++}`, session: SESSION } : { accessKeyId };
  return verifyMfaCode(iam.deps, { ...caller, ...key } as Caller, { serialNumber, code, ip, now: iam.clock.now() });
};

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
  alice = await iam.userCaller('alice');
  device = await makeDevice(iam, 'Phone');
  await enable(iam, device, 'alice');
  iam.clock.advance(5 * STEP);
});
afterAll(() => iam.close());

const WRONG = {
  code: 'AccessDenied',
  status: 403,
  message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
};

describe('[S28] verifyMfaCode', () => {
  test.each([-1, 0, 1])('accepts the code of %i time steps from now', async (offset) => {
    await expect(verify(device.code(offset))).resolves.toBeUndefined();
  });

  test.each([
    ['too old', () => device.code(-2)],
    ['too new', () => device.code(2)],
    ['no code', () => 'abcdef'],
    ['of another device', () => '000000'],
  ])('refuses one that is %s, in AWS’s words', async (_name, code) => {
    expect(await refusalOf(verify(code()))).toEqual(WRONG);
  });

  test('a code works once, and then no earlier one does', async () => {
    const earlier = device.code(-1);
    await verify(device.code(0));
    expect(await refusalOf(verify(device.code(0)))).toEqual(WRONG);
    expect(await refusalOf(verify(earlier))).toEqual(WRONG);
    await verify(device.code(1));
  });

  test('the codes that enabled the device cannot be reused', async () => {
    const fresh = await makeDevice(iam, 'tablet');
    await enable(iam, fresh, 'alice');
    expect(await refusalOf(verify(fresh.code(0), fresh.SerialNumber))).toEqual(WRONG);
    expect(await refusalOf(verify(fresh.code(-1), fresh.SerialNumber))).toEqual(WRONG);
  });

  test('of five concurrent uses of one code, one succeeds', async () => {
    const code = device.code();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => verify(code)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each([
    ['its device', () => iam.call('DeactivateMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber })],
    [
      'its device, and another has its name',
      async () => {
        await iam.call('DeactivateMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber });
        await iam.call('DeleteVirtualMFADevice', { SerialNumber: device.SerialNumber });
        await enable(iam, await makeDevice(iam, 'Phone'), 'alice');
      },
    ],
    [
      'its user',
      async () => {
        await iam.call('DeactivateMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber });
        await iam.call('DeleteUser', { UserName: 'alice' });
      },
    ],
  ])('[S36] a code is wrong if %s was removed while it was checked', async (_what, remove) => {
    const id = holderOfCaller(alice);
    const holder = id && (await findCredentialHolder(iam.deps.store, id));
    if (holder === undefined) throw new Error('no holder');
    await remove();
    const shown = { holder, code: device.code(3), now: iam.clock.now() + 3 * STEP };
    expect(await FACTOR_KINDS.totp.verify(iam.deps, shown)).toBe(false);
  });

  test('guesses are limited, even with the right code, and a success clears the count', async () => {
    for (let guess = 0; guess < 9; guess++) await refusalOf(verify('000000'));
    await verify(device.code());
    iam.clock.advance(2 * STEP);
    for (let guess = 0; guess < 10; guess++) await refusalOf(verify('000000'));
    expect(await refusalOf(verify(device.code()))).toEqual(WRONG);
    iam.clock.advance(6 * 60_000);
    await verify(device.code());
  });

  test('at most 100 guesses a day', async () => {
    for (let round = 0; round < 10; round++) {
      for (let guess = 0; guess < 10; guess++) await refusalOf(verify('000000'));
      iam.clock.advance(6 * 60_000);
    }
    expect(await refusalOf(verify(device.code()))).toEqual(WRONG);
    iam.clock.advance(24 * 3_600_000);
    await verify(device.code());
  });

  test('[S24] a thief with another key, or from elsewhere, does not use up the owner’s guesses', async () => {
    for (let n = 0; n < 120; n++) {
      const thief = { accessKeyId: 'AKIATHIEF', ip: `198.51.100.${n}` };
      await refusalOf(verify('000000', device.SerialNumber, alice, thief));
    }
    await verify(device.code());
    iam.clock.advance(2 * STEP);
    for (let n = 0; n < 120; n++) {
      await refusalOf(verify('000000', device.SerialNumber, alice, { ...HERE, ip: `198.51.100.${n}` }));
    }
    // this address has shown a right code before
    await verify(device.code());
  });

  test('[S24] a thief of one key gets no further guesses with temporary credentials, and uses up none of the owner’s', async () => {
    const thief = { accessKeyId: undefined, ip: '198.51.100.1' };
    for (let guess = 0; guess < 10; guess++) await refusalOf(verify('000000', device.SerialNumber, alice, thief));
    // the right code with further ones, and from further addresses
    expect(await refusalOf(verify(device.code(), device.SerialNumber, alice, thief))).toEqual(WRONG);
    for (let n = 0; n < 500; n++) {
      await refusalOf(verify('000000', device.SerialNumber, alice, { ...thief, ip: `198.51.${n >> 8}.${n & 255}` }));
    }
    const elsewhere = { ...thief, ip: '203.0.113.1' };
    expect(await refusalOf(verify(device.code(), device.SerialNumber, alice, elsewhere))).toEqual(WRONG);
    await verify(device.code());
  });

  test('[S24] a thief who creates keys gets three times the guesses of one, and cannot block an address known for the owner’s key', async () => {
    await verify(device.code());
    iam.clock.advance(2 * STEP);
    let keys = 0;
    for (; keys < 60; keys++) {
      for (let guess = 0; guess < 9; guess++) {
        await refusalOf(
          verify('000000', device.SerialNumber, alice, { accessKeyId: `AKIAMADE${keys}`, ip: '198.51.100.1' }),
        );
      }
    }
    const fresh = { accessKeyId: 'AKIAFRESH', ip: '198.51.100.1' };
    expect(await refusalOf(verify(device.code(), device.SerialNumber, alice, fresh))).toEqual(WRONG);
    await verify(device.code());
  });

  test('the serial number is compared ignoring case', async () => {
    await verify(device.code(), device.SerialNumber.toUpperCase().replace('ARN:AWS:IAM', 'arn:aws:iam'));
  });
});

describe('[S46] a device that is not the caller’s', () => {
  const UNKNOWN = {
    code: 'AccessDenied',
    status: 403,
    message:
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  };

  test('is unknown, whether it exists or not', async () => {
    await iam.call('CreateUser', { UserName: 'bob' });
    const bob = await iam.userCaller('bob');
    const elsewhere: Caller = { ...alice, accountId: OTHER_ACCOUNT_ID };
    for (const caller of [bob, rootOf(ACCOUNT_ID), elsewhere]) {
      expect(await refusalOf(verify(device.code(), device.SerialNumber, caller))).toEqual(UNKNOWN);
    }
    expect(await refusalOf(verify(device.code(), serialOf('ghost')))).toEqual(UNKNOWN);
    await verify(device.code());
  });

  test('a deactivated one is unknown', async () => {
    await iam.call('DeactivateMFADevice', { UserName: 'alice', SerialNumber: device.SerialNumber });
    expect(await refusalOf(verify(device.code()))).toEqual(UNKNOWN);
  });
});

describe('a root user’s device', () => {
  test('is found in the account', async () => {
    const own = await makeDevice(iam, 'root-account-mfa-device');
    await enable(iam, own, 'root');
    iam.clock.advance(2 * STEP);
    const show = () => verify(own.code(), own.SerialNumber, rootOf(ACCOUNT_ID));
    await expect(show()).resolves.toBeUndefined();
    expect(await refusalOf(show())).toEqual(WRONG);
  });
});

test('a role session has no device', async () => {
  const base = { accountId: ACCOUNT_ID, arn: 'arn:aws:sts::1:assumed-role/r/s', userId: 'AROA:s', accessKeyId: 'ASIA' };
  const names = { roleName: 'r', uniqueId: 'AROA', roleArn: 'arn:aws:iam::1:role/r', sessionName: 's' };
  const session: Caller = { ...base, ...names, type: 'AssumedRole', session: SESSION };
  expect(await refusalOf(verify(device.code(), device.SerialNumber, session))).toMatchObject({
    code: 'AccessDenied',
    message: 'Only IAM users and root users have MFA devices: use their access keys.',
  });
});

test('a passkey shows no codes, and the refusal says so', async () => {
  const serialNumber = `arn:aws:iam::${ACCOUNT_ID}:u2f/user/alice/0123456789`;
  const id = holderOfCaller(alice);
  if (id === undefined) throw new Error('alice is a user');
  await iam.deps.store.users.update([id.accountId, id.subject], (old) => ({
    ...old,
    passkeys: [
      {
        serialNumber,
        credentialId: 'AA',
        publicKey: '',
        userHandle: '',
        rpId: 'localhost',
        counter: 0,
        transports: [],
        isSynced: true,
        aaguid: '',
        label: 'Laptop',
        enabledAt: 0,
      },
    ],
  }));
  expect(await refusalOf(verify('123456', serialNumber))).toMatchObject({
    code: 'AccessDenied',
    message: expect.stringContaining('a passkey or security key shows no codes'),
  });
  expect((await findCredentialHolder(iam.deps.store, id))?.factors).toHaveLength(2);
  expect(await refusalOf(iam.call('DeleteUser', { UserName: 'alice' }))).toMatchObject({ code: 'DeleteConflict' });
});
