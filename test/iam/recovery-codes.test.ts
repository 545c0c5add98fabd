import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  DeactivateMFADeviceCommand,
  DeleteLoginProfileCommand,
  type IAMClient,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { users } from '../../src/identity/documents/user.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';

const PASSWORD = 'seven quiet otters swim';
const OTHER = 'a lantern, nine kites and rain';
const passkeyArn = (name: string, id: string): string => `arn:aws:iam::${ACCOUNT_ID}:u2f/user/${name}/${id}`;

let server: InProcessServer;
let stores: Stores;
beforeAll(async () => {
  server = await startInProcess({}, (opened) => {
    stores = opened;
    return opened;
  });
  await server.iam().send(new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true }));
});
afterAll(() => server.close());

const collection = () => stores.collections.open(users);
const stored = async (name: string) => (await collection().find('byName', [ACCOUNT_ID, name], { limit: 1 })).items[0];

/** A user with a password, two passkeys and recovery codes, as the client of IAM. */
async function addUser(UserName: string): Promise<IAMClient> {
  const key = await makeUser(server, UserName, allow('iam:*'));
  await server.iam().send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  const { userId = '' } = (await stored(UserName)) ?? {};
  const passkey = (id: string) => ({
    serialNumber: passkeyArn(UserName, id),
    credentialId: `${UserName}-${id}`,
    publicKey: '',
    userHandle: 'handle',
    counter: 0,
    rpId: 'localhost',
    transports: [],
    isSynced: false,
    aaguid: '',
    label: id,
    enabledAt: 0,
  });
  const held = { passkeys: [passkey('one'), passkey('two')], recoveryCodes: { sealedHashes: ['x'], createdAt: 0 } };
  await collection().update([ACCOUNT_ID, userId], (old) => ({ ...old, ...held }));
  return server.iam(key);
}

type Act = (UserName: string, own: IAMClient) => Promise<unknown>;

describe('[S29] recovery codes', () => {
  test.each<[string, Act]>([
    [
      'a password set by an administrator',
      (UserName) => server.iam().send(new UpdateLoginProfileCommand({ UserName, Password: OTHER })),
    ],
    [
      'a reset that an administrator requires',
      (UserName) => server.iam().send(new UpdateLoginProfileCommand({ UserName, PasswordResetRequired: true })),
    ],
    ['DeleteLoginProfile', (UserName) => server.iam().send(new DeleteLoginProfileCommand({ UserName }))],
    [
      'a factor that an administrator removes, although another one is left',
      (UserName) =>
        server.iam().send(new DeactivateMFADeviceCommand({ UserName, SerialNumber: passkeyArn(UserName, 'one') })),
    ],
  ])('end with %s', async (_what, act) => {
    const UserName = `ends-${_what.length}`;
    await act(UserName, await addUser(UserName));
    expect(await stored(UserName)).not.toHaveProperty('recoveryCodes');
  });

  test.each<[string, Act]>([
    [
      'a password that its owner changes',
      (_name, own) => own.send(new ChangePasswordCommand({ OldPassword: PASSWORD, NewPassword: OTHER })),
    ],
    [
      'a factor that its owner removes, while another one is left',
      (UserName, own) => own.send(new DeactivateMFADeviceCommand({ SerialNumber: passkeyArn(UserName, 'one') })),
    ],
    [
      'a required reset that is withdrawn',
      (UserName) => server.iam().send(new UpdateLoginProfileCommand({ UserName, PasswordResetRequired: false })),
    ],
  ])('stay with %s', async (_what, act) => {
    const UserName = `stays-${_what.length}`;
    await act(UserName, await addUser(UserName));
    expect(await stored(UserName)).toMatchObject({ recoveryCodes: { sealedHashes: ['x'] } });
  });
});
