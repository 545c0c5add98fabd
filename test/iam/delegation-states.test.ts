import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { requestContext } from '../../src/authorize/context.ts';
import { delegatedSession } from '../../src/identity/delegations/approver.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { sessionCaller } from '../../src/identity/sessions/mint.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  OWN_DELEGATION,
  openIam,
  refusalOf,
  rootOf,
} from './support/iam-under-test.ts';

const DAY = 86_400_000;

let iam: IamUnderTest;
let workflow = 0;
beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

const requestor = rootOf(OTHER_ACCOUNT_ID);
const create = async (more: object = {}): Promise<string> => {
  const { DelegationRequestId } = await iam.call(
    'CreateDelegationRequest',
    {
      ...{
        OwnerAccountId: ACCOUNT_ID,
        Description: 'd',
        SessionDuration: 3600,
        NotificationChannel: 'arn:aws:sns:::t',
      },
      RequestorWorkflowId: `state-${workflow++}`,
      Permissions: {
        PolicyTemplateArn: OWN_DELEGATION.arn,
        Parameters: [{ Name: 'Vaults', Values: ['arn:aws:vault:::one'], Type: 'stringList' }],
      },
      ...more,
    },
    requestor,
  );
  return DelegationRequestId;
};
const on = (operation: string, DelegationRequestId: string, caller = rootOf(ACCOUNT_ID)) =>
  iam.call(operation, { DelegationRequestId }, caller);
const stateOf = async (id: string) => (await on('GetDelegationRequest', id)).DelegationRequest.State;

const WAYS = {
  UNASSIGNED: [],
  ASSIGNED: ['AssociateDelegationRequest'],
  PENDING_APPROVAL: ['AssociateDelegationRequest', 'UpdateDelegationRequest'],
  ACCEPTED: ['AssociateDelegationRequest', 'AcceptDelegationRequest'],
  FINALIZED: ['AssociateDelegationRequest', 'AcceptDelegationRequest', 'SendDelegationToken'],
  REJECTED: ['AssociateDelegationRequest', 'RejectDelegationRequest'],
} as const;
const ALLOWED: Record<string, Partial<Record<keyof typeof WAYS, keyof typeof WAYS>>> = {
  AssociateDelegationRequest: { UNASSIGNED: 'ASSIGNED' },
  UpdateDelegationRequest: { ASSIGNED: 'PENDING_APPROVAL', PENDING_APPROVAL: 'PENDING_APPROVAL' },
  AcceptDelegationRequest: { ASSIGNED: 'ACCEPTED', PENDING_APPROVAL: 'ACCEPTED' },
  RejectDelegationRequest: { ASSIGNED: 'REJECTED', PENDING_APPROVAL: 'REJECTED', ACCEPTED: 'REJECTED' },
  SendDelegationToken: { ACCEPTED: 'FINALIZED' },
};

test.each(Object.entries(WAYS))(
  'from %s, to the states that are documented, by the account of the owner alone',
  async (state, way) => {
    for (const [operation, next] of Object.entries(ALLOWED)) {
      const id = await create();
      for (const step of way) await on(step, id);
      expect((await refusalOf(on(operation, id, requestor))).code).toBe('NoSuchEntity');
      expect(await stateOf(id)).toBe(state);
      const to = next[state as keyof typeof WAYS];
      if (to === undefined) expect((await refusalOf(on(operation, id))).code).toBe('InvalidInput');
      else await on(operation, id);
      expect(await stateOf(id)).toBe(to ?? state);
      // Nothing is left to wait for, so that the limit of open requests does not end this test.
      if (!['REJECTED', 'FINALIZED'].includes(await stateOf(id))) iam.clock.advance(8 * DAY);
      expect(['EXPIRED', 'REJECTED', 'FINALIZED']).toContain(await stateOf(id));
      iam.clock.advance(8 * DAY);
      for (const each of Object.keys(ALLOWED)) expect((await refusalOf(on(each, id))).code).toBe('InvalidInput');
      iam.clock.advance(30 * DAY);
      expect((await refusalOf(on('GetDelegationRequest', id))).code).toBe('NoSuchEntity');
    }
  },
);

test('a request without an account is the first one’s that claims it, and then no other’s', async () => {
  const id = await create({ OwnerAccountId: undefined });
  expect((await on('GetDelegationRequest', id, requestor)).DelegationRequest.State).toBe('UNASSIGNED');
  const claims = await Promise.allSettled([
    on('AssociateDelegationRequest', id),
    on('AssociateDelegationRequest', id, requestor),
  ]);
  expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [first] = claims;
  const loser = first?.status === 'fulfilled' ? requestor : rootOf(ACCOUNT_ID);
  const unknown = `dr-${'0'.repeat(40)}`;
  for (const operation of ['GetDelegationRequest', ...Object.keys(ALLOWED)]) {
    const [here, nowhere] = [await refusalOf(on(operation, id, loser)), await refusalOf(on(operation, unknown, loser))];
    expect(here).toEqual({ ...nowhere, message: nowhere.message.replace(unknown, id) });
    const target = (requestId: string) => iam.targets(operation, { DelegationRequestId: requestId }, loser);
    expect(JSON.stringify(await target(id))).toBe(JSON.stringify(await target(unknown)).replace(unknown, id));
  }
});

test('a root user approves four hours at most; only the owner sends the token, if the requestor wants it so', async () => {
  const long = await create({ SessionDuration: 4 * 3600 + 1 });
  await on('AssociateDelegationRequest', long);
  expect((await refusalOf(on('AcceptDelegationRequest', long))).message).toContain('4 hours');
  await iam.call('CreateUser', { UserName: 'owner' });
  const owner = await iam.userCaller('owner');
  const id = await create({ OnlySendByOwner: true });
  await on('AssociateDelegationRequest', id, owner);
  await on('AcceptDelegationRequest', id);
  expect((await refusalOf(on('SendDelegationToken', id))).code).toBe('AccessDenied');
  await on('SendDelegationToken', id, owner);
  const [target] = await iam.targets('SendDelegationToken', { DelegationRequestId: id }, owner);
  expect(target).toMatchObject({ grantedByAccount: true });
  expect(target?.conditions?.get('iam:delegationrequestowner')).toBe(owner.arn);
  // Another user of the same name is another owner.
  const impostor = { ...owner, userId: 'AIDAOTHER', uniqueId: 'AIDAOTHER' };
  expect((await iam.targets('UpdateDelegationRequest', { DelegationRequestId: id }, impostor))[0]).not.toHaveProperty(
    'grantedByAccount',
  );
  expect((await iam.call('ListDelegationRequests', { OwnerId: owner.arn }, impostor)).DelegationRequests).toEqual([]);
});

test('the factors that the approver has shown are not claimed for what the requestor does', async () => {
  const id = await create();
  const at = iam.clock.now();
  const session = {
    ...{
      issuedAt: at,
      expiresAt: at + DAY,
      tags: [],
      transitiveTagKeys: [],
      sessionPolicies: [],
      sessionPolicyArns: [],
    },
    federatedClaims: { 'login.example/a:amr': ['mfa'], 'login.example/a:sub': 'alice' },
    ...{ mfaAuthenticatedAt: at, signIn: { strength: 'phr', shownAt: at, connector: 'corp' } as const },
  };
  const approver = { ...rootOf(ACCOUNT_ID), session };
  await on('AssociateDelegationRequest', id);
  await on('AcceptDelegationRequest', id, approver);
  const request = await iam.deps.store.delegationRequests.get([id]);
  const asked = request && delegatedSession(request);
  if (asked === undefined) throw new Error('nobody has approved');
  const keysOf = (caller: Caller) => {
    const target = { action: 'iam:GetUser', resource: '*', resourceAccountId: ACCOUNT_ID };
    const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: 'us-east-1' };
    const context = requestContext({ caller, principalTags: [], source, now: at, target });
    return ['aws:multifactorauthpresent', 'aws:multifactorauthage', 'signin:strength', 'signin:acr', 'signin:age'].map(
      (key) => context.get(key),
    );
  };
  expect(keysOf(approver)).not.toContain(undefined);
  const none = ['false', undefined, undefined, undefined, undefined];
  expect(keysOf(sessionCaller(asked, at))).toEqual(none);
  expect(asked.session.federatedClaims).toEqual({ 'login.example/a:sub': 'alice' });
});

test('the purpose stays on its line of the summary', async () => {
  const id = await create({ Description: 'Read.\r\nWith it, the requestor may:\n- vault:Nothing' });
  const EntityArn = `arn:aws:iam::${ACCOUNT_ID}:delegation-request/${id}`;
  const { SummaryContent } = await iam.call('GetHumanReadableSummary', { EntityArn });
  const lines = String(SummaryContent).split(/[\r\n]+/);
  expect(lines.filter((line) => line.startsWith('With it'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('- '))).toEqual(['- vault:Read – on arn:aws:vault:::one']);
});

test('[Service Authorization Reference] condition keys of what is asked for', async () => {
  const input = {
    ...{ SessionDuration: 900, NotificationChannel: 'arn:aws:sns:::t' },
    Permissions: { PolicyTemplateArn: OWN_DELEGATION.arn },
  };
  const [target] = await iam.targets('CreateDelegationRequest', input, requestor);
  expect(Object.fromEntries(target?.conditions ?? [])).toEqual({
    'iam:delegationduration': '900',
    'iam:notificationchannel': 'arn:aws:sns:::t',
    'iam:templatearn': OWN_DELEGATION.arn,
  });
  const [list] = await iam.targets('ListDelegationRequests', { OwnerId: requestor.arn });
  expect(list).toMatchObject({ conditions: new Map([['iam:delegationrequestowner', requestor.arn]]) });
  expect(list).not.toHaveProperty('grantedByAccount');
});

test('a workflow has one request; an account has 20 open ones for one owner', async () => {
  iam.clock.advance(60 * DAY);
  const workflowOf = { RequestorWorkflowId: 'the-same' };
  await create(workflowOf);
  expect((await refusalOf(create(workflowOf))).code).toBe('EntityAlreadyExists');
  for (let made = 1; made < 20; made++) await create();
  expect(await refusalOf(create())).toMatchObject({ code: 'LimitExceeded', status: 409 });
  await create({ OwnerAccountId: '111122223333' });
});

test('lists in pages', async () => {
  iam.clock.advance(60 * DAY);
  for (let made = 0; made < 3; made++) await on('AssociateDelegationRequest', await create());
  await create();
  const first = await iam.call('ListDelegationRequests', { MaxItems: 2 });
  expect(first).toMatchObject({ isTruncated: true, DelegationRequests: [{}, {}] });
  const second = await iam.call('ListDelegationRequests', { MaxItems: 2, Marker: first.Marker });
  expect(second).toMatchObject({ isTruncated: false });
  expect(second.DelegationRequests).toHaveLength(1);
});
