import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { foldName } from '../../src/identity/documents/entity.ts';
import { ACCOUNT_ID } from '../support/in-process-server.ts';
import { expectPage } from './app.ts';
import {
  addVictim,
  clientOf,
  closeScene,
  enableDevice,
  HOLDS,
  iam,
  OTHER,
  OVER,
  openScene,
  PASSWORD,
  type Row,
  rolecall,
  server,
  signIn,
  takeEverything,
  tryEverything,
  users,
} from './login-loot.ts';

/** The table in docs/security.md ("What ends a login"): every row is done by its operation, every column is then tried. */
beforeAll(openScene);
afterAll(closeScene);

const ends: readonly Row[] = [
  { what: 'UpdateLoginProfile', act: ({ name }) => iam.updateLoginProfile({ UserName: name, Password: OTHER }) },
  {
    what: 'UpdateLoginProfile with the same password',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, Password: PASSWORD }),
  },
  {
    what: 'PasswordResetRequired',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, PasswordResetRequired: true }),
  },
  {
    what: 'ChangePassword',
    act: ({ key }) => clientOf(key).iam.changePassword({ OldPassword: PASSWORD, NewPassword: OTHER }),
  },
  { what: 'DeleteLoginProfile', act: ({ name }) => iam.deleteLoginProfile({ UserName: name }) },
  {
    what: 'DeleteLoginProfile and CreateLoginProfile',
    async act({ name }) {
      await iam.deleteLoginProfile({ UserName: name });
      await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
    },
  },
  { what: 'a first factor', act: ({ name }) => enableDevice(name) },
  {
    what: 'a factor deactivated',
    hasDevice: true,
    act: ({ name, device }) => iam.deactivateMFADevice({ UserName: name, SerialNumber: device?.serialNumber ?? '' }),
  },
  {
    what: 'a changed password on the account page',
    halfWay: 'This sign-in has ended',
    async act({ name }) {
      const person = newPerson(server.url);
      await signIn(person, `${server.url}/sign-in`, { name, device: undefined, key: server.admin });
      const page = expectPage(await person.open(`${server.url}/sign-in/password`));
      const seen = await page.submit('change', { current: PASSWORD, 'new password': OTHER, repeat: OTHER });
      expect(expectPage(seen).heading).toBe('Your account');
    },
  },
  { what: 'EndUserSessions', act: ({ name }) => rolecall('EndUserSessions', { UserName: name }) },
  {
    what: 'OffboardUser',
    act: ({ name }) => rolecall('OffboardUser', { UserName: name, Reason: 'left' }),
  },
  {
    what: 'an end date that has come',
    act: ({ name }) => rolecall('SetUserEndDate', { UserName: name, EndDate: Math.floor(Date.now() / 1000) - 1 }),
  },
  { what: 'DisableUser', act: ({ name }) => rolecall('DisableUser', { UserName: name, Reason: 'left' }) },
  {
    what: 'DisableUser and EnableUser',
    async act({ name }) {
      await rolecall('DisableUser', { UserName: name, Reason: 'left' });
      await rolecall('EnableUser', { UserName: name });
    },
  },
  {
    what: 'an end date that has come and that no process acts on',
    async act({ name }) {
      const [user] = (await users.find('byName', [ACCOUNT_ID, foldName(name)])).items;
      // Written past `SetUserEndDate`, so that no timer knows of it.
      await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, endsAt: Date.now() }));
    },
  },
  {
    what: 'a deleted user',
    async act({ name, key }) {
      await iam.deleteLoginProfile({ UserName: name });
      await iam.deleteAccessKey({ UserName: name, AccessKeyId: key.accessKeyId });
      await iam.deleteUser({ UserName: name });
    },
  },
];

describe('[S36] [S37] what ends a login', () => {
  test.each(ends)(
    '$what: ends everything issued for it at once',
    async ({ what, hasDevice = false, act, halfWay = OVER.halfWay }) => {
      const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), hasDevice);
      const loot = await takeEverything(victim);
      await act(victim);
      expect(await tryEverything(loot)).toEqual({ ...OVER, halfWay });
      expect(server.errors).toEqual([]);
    },
  );

  const keeps: readonly Row[] = [
    { what: 'nothing', act: async () => {} },
    { what: 'another user’s new password', act: () => addVictim('bystander', false) },
    {
      what: 'PasswordResetRequired taken back',
      act: ({ name }) => iam.updateLoginProfile({ UserName: name, PasswordResetRequired: false }),
    },
    {
      what: 'another e-mail address',
      act: ({ name }) => iam.tagUser({ UserName: name, Tags: [{ Key: 'email', Value: `${name}@example.com` }] }),
    },
    {
      what: 'an end date to come',
      act: ({ name }) =>
        rolecall('SetUserEndDate', { UserName: name, EndDate: Math.floor(Date.now() / 1000) + 86_400 }),
    },
    {
      what: 'a group of the user made privileged',
      async act({ name }) {
        const { Group } = await iam.createGroup({ GroupName: `of-${name}` });
        await iam.addUserToGroup({ UserName: name, GroupName: `of-${name}` });
        await rolecall('SetPrivileged', { Arn: Group?.Arn ?? '', Privileged: true });
      },
    },
    { what: 'another name', act: ({ name }) => iam.updateUser({ UserName: name, NewUserName: `${name}-2` }) },
  ];
  test.each(keeps)('$what: ends nothing', async ({ what, act }) => {
    const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), false);
    const loot = await takeEverything(victim);
    await act(victim);
    expect(await tryEverything(loot)).toMatchObject(HOLDS);
  });

  test('a login right afterwards, in the same second, is independent', async () => {
    const victim = await addVictim('again', false);
    const before = await takeEverything(victim);
    await iam.updateLoginProfile({ UserName: 'again', Password: PASSWORD });
    const after = await takeEverything(victim);
    expect(await tryEverything(before)).toEqual(OVER);
    expect(await tryEverything(after)).toMatchObject(HOLDS);
  });
});
