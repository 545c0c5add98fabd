import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import type { Caller } from '../../../src/identity/sessions/caller.ts';
import { ACCOUNT_ID, type IamUnderTest } from './iam-under-test.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function decodeBase32(text: string): Buffer {
  const bits = [...text].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A device as its owner holds it. */
export interface TestDevice {
  readonly SerialNumber: string;
  readonly seed: Buffer;
  /** The code, so many time steps from now. */
  code(offset?: number): string;
}

export function serialOf(name: string, path = '/', account = ACCOUNT_ID): string {
  return `arn:aws:iam::${account}:mfa${path}${name}`;
}

export async function makeDevice(iam: IamUnderTest, VirtualMFADeviceName: string): Promise<TestDevice> {
  const { VirtualMFADevice } = await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName });
  const seed = decodeBase32(Buffer.from(VirtualMFADevice.Base32StringSeed).toString());
  return {
    SerialNumber: VirtualMFADevice.SerialNumber,
    seed,
    code: (offset = 0) => codeAt(seed, timeStepAt(iam.clock.now()) + offset),
  };
}

/** Enables a device with the codes of the last and of this time step. */
export function enable(iam: IamUnderTest, device: TestDevice, UserName: string, caller?: Caller): Promise<unknown> {
  const input = {
    UserName,
    SerialNumber: device.SerialNumber,
    AuthenticationCode1: device.code(-1),
    AuthenticationCode2: device.code(0),
  };
  return iam.call('EnableMFADevice', input, caller);
}
