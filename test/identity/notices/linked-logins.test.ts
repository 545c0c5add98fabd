import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { userHolder } from '../../../src/identity/credentials/stored-holders.ts';
import { linkId } from '../../../src/identity/links/link-id.ts';
import { linkLogin, unlinkLogin } from '../../../src/identity/links/link-login.ts';
import { openNotices } from '../../../src/identity/notices/notices.ts';
import { openNoticeLinks } from '../../../src/identity/notices/report-not-me.ts';
import { watchCredentials } from '../../../src/identity/notices/watch-credentials.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { OutgoingMail } from '../../../src/ports/mailer.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const ACCOUNT = '111122223333';
const USER_ID = 'AIDAKAKAYVWV5EXAMPLE2';
const CONNECTOR = { connectorId: 'c1', name: 'corp' };
const ID = linkId('c1', 'ann');

let open: OpenIdentities;
beforeAll(async () => {
  open = await openIdentities();
  await open.addAccount(ACCOUNT);
  await open.identities.users.insert({
    accountId: ACCOUNT,
    userId: USER_ID,
    userName: 'ann',
    nameKey: 'ann',
    path: '/',
    createdAt: 0,
    tags: [],
    inlinePolicies: [],
    attachedPolicies: [],
    groupIds: [],
    accessKeys: [],
    mfaDevices: [],
    email: 'ann@example.org',
    emailVerifiedAt: 1,
  });
});
afterAll(() => open.close());

test('[TRAPS linking] [S33] the owner is told of a linked and an unlinked login, and can undo what was linked', async () => {
  const { identities, ephemeral, passwords, random } = open;
  const mails: OutgoingMail[] = [];
  const queue = async (mail: OutgoingMail) => mails.push(mail) > 0;
  const clock = systemClock;
  const deps = { store: identities, ephemeral, clock, random, publicUrl: 'https://id.example.com' };
  const notices = openNotices({
    ...deps,
    mailer: { queue },
    onFault: (fault) => {
      throw fault;
    },
  });
  const store = watchCredentials(identities, notices.changed);
  const user = await linkLogin(
    { store, clock },
    { user: { accountId: ACCOUNT, userId: USER_ID }, connector: CONNECTOR, subject: 'ann' },
  );
  if (typeof user === 'string') throw new Error(user);
  // Doing it again changes nothing, and so says nothing.
  await linkLogin({ store, clock }, { user, connector: CONNECTOR, subject: 'ann' });
  await notices.close();
  const about = { kind: 'notice', userName: 'ann', detail: 'corp' };
  expect(mails.map(({ to, message }) => [to, message])).toEqual([
    ['ann@example.org', expect.objectContaining({ ...about, event: 'login-linked' })],
  ]);

  const message = mails[0]?.message;
  const token = message?.kind === 'notice' ? (message.link ?? '').split('/').at(-1) : undefined;
  const links = openNoticeLinks({ ...deps, store, passwords });
  expect(await links.find(token ?? '')).toMatchObject({ event: 'login-linked', linked: ID });
  await links.report(token ?? '');
  expect((await identities.users.get([ACCOUNT, USER_ID]))?.links).toBeUndefined();
  // What a report does, its page says.
  await notices.close();
  expect(mails).toHaveLength(1);

  await linkLogin({ store, clock }, { user, connector: CONNECTOR, subject: 'ann' });
  await unlinkLogin(store, { user, id: ID });
  await notices.close();
  expect(mails.slice(1).map(({ message }) => message)).toEqual([
    expect.objectContaining({ ...about, event: 'login-linked' }),
    expect.objectContaining({ ...about, event: 'login-unlinked' }),
  ]);
});

test('[S29] "this wasn\'t me" lifts no required reset, also of a person without a password', async () => {
  const { identities: store, ephemeral, passwords, random } = open;
  const links = openNoticeLinks({ store, ephemeral, passwords, random, clock: systemClock });
  for (const resetRequired of [true, false]) {
    const loginProfile = {
      ...{ passwordHash: 'none', createdAt: 0, changedAt: 0, formerHashes: [] },
      ...{ isPasswordless: true as const, resetRequired },
    };
    const user = await store.users.update([ACCOUNT, USER_ID], (old) => ({ ...old, loginProfile }));
    if (user === undefined) throw new Error('no user');
    const person = { ...userHolder(user), accountAlias: undefined, name: 'ann', password: undefined };
    await links.secure({ person: { ...person, signInPolicy: undefined, passkeyPolicy: undefined } });
    expect((await store.users.get([ACCOUNT, USER_ID]))?.loginProfile?.resetRequired).toBe(resetRequired);
  }
});
