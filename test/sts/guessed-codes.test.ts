import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let alice: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice');
});
afterAll(() => server.close());

test('[S24] temporary credentials give no further guesses at a code, however many there are', async () => {
  const { VirtualMFADevice } = await server
    .iam()
    .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const { SerialNumber, Base32StringSeed } = VirtualMFADevice ?? {};
  const seed = decodeBase32(Buffer.from(Base32StringSeed ?? []).toString());
  const code = (offset: number): string => codeAt(seed, timeStepAt(Date.now()) + offset);
  await server.iam().send(
    new EnableMFADeviceCommand({
      UserName: 'alice',
      SerialNumber,
      AuthenticationCode1: code(-1),
      AuthenticationCode2: code(0),
    }),
  );
  const condition = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
  await makeRole(server, 'with-mfa', { trust: trust({ AWS: userArn('alice') }, condition) });
  const session = async (): Promise<Key> =>
    keyOf((await server.sts(alice).send(new GetSessionTokenCommand({}))).Credentials);
  const assume = (key: Key, TokenCode: string) =>
    server
      .sts(key)
      .send(
        new AssumeRoleCommand({ RoleArn: roleArn('with-mfa'), RoleSessionName: 'session', SerialNumber, TokenCode }),
      );
  for (let guess = 0; guess < 10; guess++) await refusal(assume(await session(), '000000'));
  expect((await refusal(assume(await session(), code(1)))).name).toBe('AccessDenied');
  // the code was right, and the owner's key has guesses of its own
  await expect(assume(alice, code(1))).resolves.toBeDefined();
});
