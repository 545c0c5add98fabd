import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { User } from '../../src/identity/documents/user.ts';
import { createLinkOperation } from '../../src/rolecall/links/create-link.ts';
import type { RolecallDependencies } from '../../src/rolecall/rolecall-dependencies.ts';

const ANN = {
  accountId: '123456789012',
  userId: 'AIDAANN',
  userName: 'ann',
  path: '/',
  email: 'ann@example.org',
  emailVerifiedAt: 1,
  createdAt: 0,
  groupIds: [],
  accessKeys: [],
  mfaDevices: [],
  tags: [],
} as unknown as User;
const CONNECTOR = { accountId: ANN.accountId, connectorId: 'c1', name: 'staff' };

let linked = 0;
beforeAll(() => {
  linked = 0;
});
afterAll(() => expect(linked).toBe(4));

/** The operation on a store that counts the links that would be written. */
function link(session: object | undefined, user: User = ANN, sendsMail = true): Promise<unknown> {
  const store = {
    connectors: { get: async () => CONNECTOR },
    users: {
      update: async () => {
        linked += 1;
        return undefined;
      },
      find: async () => ({ items: [] }),
    },
  };
  const deps = { store, sendsMail, clock: { now: () => 0 }, protection: () => async () => false };
  const operation = createLinkOperation(deps as unknown as RolecallDependencies);
  const input = { ConnectorName: 'staff', Subject: '1001', UserName: 'ann' };
  const call = { caller: { type: 'AssumedRole', accountId: ANN.accountId, session } };
  return Promise.resolve(operation.handle(input as never, call as never, user));
}
const OWN = { login: { subject: 'AIDAANN', generation: 0 } };

test('[S33] a role session from the person’s own sign-in by password cannot link a login to them', async () => {
  await expect(link(OWN)).rejects.toMatchObject({
    code: 'AccessDenied',
    message: expect.stringContaining('/sign-in/links'),
  });
  expect(linked).toBe(0);
});

test.each<[string, object | undefined, boolean]>([
  ['an access key', undefined, true],
  ['an administrator’s role', { login: { subject: 'AIDAEVE', generation: 0 } }, true],
  ['a sign-in with a second factor', { ...OWN, mfaAuthenticatedAt: 1 }, true],
  ['every call where no mail can be sent', OWN, false],
])('but %s goes on', async (_who, session, sendsMail) => {
  // The store has no such user, which is found out only when the link is written.
  await expect(link(session, ANN, sendsMail)).rejects.toMatchObject({
    code: expect.not.stringMatching('AccessDenied'),
  });
});
