import { AttachUserPolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { productVersion } from '../../src/app/product-version.ts';
import { account, allow, keyOf, makeRole, makeUser, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedForm, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_AUDIT_KEEP_DAYS: '30', ROLECALL_CALLS_PER_SECOND: '0' });
});
afterAll(() => server.close());

const RESOURCE = `arn:aws:rolecall::${ACCOUNT_ID}:server`;
const ask = (key: Key = server.admin, input: unknown = {}) =>
  send(server.url, signedJson(server.url, 'GetServerInfo', input, key));

test('gives an administrator the version, the issuer, the stores and the enabled features', async () => {
  const answer = await ask();
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-amz-json-1.1']);
  const { ServerTime, ...rest } = JSON.parse(answer.body) as Record<string, unknown>;
  expect(rest).toEqual({
    Version: productVersion(),
    AccountId: ACCOUNT_ID,
    Issuer: expect.stringMatching(/^http:.*\/oidc$/),
    PublicUrl: expect.stringMatching(/^http:/),
    Stores: {
      Identities: expect.stringMatching(/^(EMBEDDED|MONGODB)$/),
      Sessions: expect.stringMatching(/^(EMBEDDED|REDIS)$/),
    },
    Features: ['AUDIT_RETENTION', 'POLICY_ERROR_POSITIONS', 'UNSIGNED_RATE_LIMIT'],
  });
  expect(Math.abs(Number(ServerTime) - Date.now() / 1000)).toBeLessThan(3600);
});

test('[S48] an allowed call is audited', async () => {
  const { headers } = await ask();
  expect(server.events.find(({ requestId }) => requestId === headers['x-amzn-requestid'])).toMatchObject({
    eventSource: 'rolecall',
    eventName: 'GetServerInfo',
    readOnly: true,
    resources: [RESOURCE],
    authentication: { method: 'sigv4', mfa: false },
    outcome: 'allowed',
  });
});

describe('permission', () => {
  test('without one, the call is denied as usual', async () => {
    const answer = await ask(await makeUser(server, 'nobody'));
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([400, 'AccessDeniedException']);
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'AccessDeniedException',
      message: `User: arn:aws:iam::${ACCOUNT_ID}:user/nobody is not authorized to perform: rolecall:GetServerInfo on resource: ${RESOURCE} because no identity-based policy allows the rolecall:GetServerInfo action`,
      EncodedAuthorizationMessage: expect.any(String),
    });
    const event = server.events.find(({ requestId }) => requestId === answer.headers['x-amzn-requestid']);
    expect(event).toMatchObject({ outcome: 'denied', errorCode: 'AccessDenied' });
  });

  test.each([
    [RESOURCE, 200],
    ['arn:aws:rolecall::*:server', 200],
    ['arn:aws:rolecall::210987654321:server', 400],
    [`arn:aws:rolecall::${ACCOUNT_ID}:application/*`, 400],
  ])('on %s: %d', async (resource, status) => {
    const user = await makeUser(server, `on-${status}-${resource.length}`, allow('rolecall:GetServerInfo', resource));
    expect((await ask(user)).status).toBe(status);
  });

  test.each([
    ['ReadOnlyAccess', 200],
    ['SecurityAudit', 200],
    ['IAMFullAccess', 400],
    ['PowerUserAccess', 400],
  ])('by %s: %d', async (policy, status) => {
    const user = await makeUser(server, `by-${policy}`);
    const PolicyArn = `arn:aws:iam::aws:policy/${policy}`;
    await server.iam().send(new AttachUserPolicyCommand({ UserName: `by-${policy}`, PolicyArn }));
    expect((await ask(user)).status).toBe(status);
  });
});

describe('requests that are refused', () => {
  test.each([
    ['no signature', { Authorization: '' }, 'MissingAuthenticationTokenException'],
    ['a content type of another protocol', { 'Content-Type': 'application/json' }, 'UnsupportedMediaTypeException'],
  ])('%s', async (_name, headers, type) => {
    const request = signedJson(server.url, 'GetServerInfo', {}, server.admin);
    const sent: Record<string, string> = { ...request.headers, ...headers };
    if (sent['Authorization'] === '') delete sent['Authorization'];
    const answer = await send(server.url, { ...request, headers: sent });
    expect(answer.headers['x-amzn-errortype']).toBe(type);
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[\w-]{36}$/);
  });

  test('[S42] a signature for another operation', async () => {
    const request = signedJson(server.url, 'DeleteEverything', {}, server.admin);
    const headers = { ...request.headers, 'X-Amz-Target': 'Rolecall_20261128.GetServerInfo' };
    const answer = await send(server.url, { ...request, headers });
    expect(answer.headers['x-amzn-errortype']).toBe('InvalidSignatureException');
  });

  test('[S42] an unsigned header cannot turn a form into a call of our API', async () => {
    const form = signedForm(server.url, { Action: 'ListUsers', Version: '2010-05-08' }, server.admin);
    const headers = {
      ...form.headers,
      'X-Amz-Target': 'Rolecall_20261128.GetServerInfo',
      'Content-Type': 'application/x-amz-json-1.1',
    };
    const answer = await send(server.url, { ...form, headers });
    expect(answer.headers['x-amzn-errortype']).toBe('InvalidSignatureException');
  });

  test('an unknown operation, which strangers do not learn', async () => {
    const request = signedJson(server.url, 'GetNothing', {}, server.admin);
    expect(JSON.parse((await send(server.url, request)).body)).toEqual({
      __type: 'UnknownOperationException',
      message: 'Could not find operation GetNothing for version 2026-11-28',
    });
    const { Authorization: _signature, ...unsigned } = request.headers;
    const stranger = await send(server.url, { ...request, headers: unsigned });
    expect(stranger.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  test.each(['{', '[]', '7'])('invalid input: %s', async (input) => {
    expect((await ask(server.admin, input)).headers['x-amzn-errortype']).toBe('SerializationException');
  });

  test('a body over 1 MiB, in the protocol of the call', async () => {
    const answer = await ask(server.admin, { Padding: 'x'.repeat(1024 * 1024) });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([413, 'RequestEntityTooLargeException']);
  });
});

test('a signature made for iam works too, as for STS', async () => {
  const request = signedJson(server.url, 'GetServerInfo', { Unknown: null }, server.admin, { service: 'iam' });
  expect((await send(server.url, request)).status).toBe(200);
});

test('credentials of GetSessionToken without a second factor do not call it, as they do not call IAM', async () => {
  const user = await makeUser(server, 'session', allow('*'));
  const { Credentials } = await server.sts(user).send(new GetSessionTokenCommand({}));
  expect((await ask(keyOf(Credentials))).headers['x-amzn-errortype']).toBe('UnrecognizedClientException');
});

test('a role session does', async () => {
  const RoleArn = await makeRole(server, 'reader', { trust: trust(account), policy: allow('rolecall:GetServerInfo') });
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' });
  const { Credentials } = await server.sts().send(command);
  expect((await ask(keyOf(Credentials))).status).toBe(200);
});

test('the simulator knows the action', async () => {
  const form = {
    Action: 'SimulatePrincipalPolicy',
    Version: '2010-05-08',
    PolicySourceArn: `arn:aws:iam::${ACCOUNT_ID}:user/admin`,
    'ActionNames.member.1': 'rolecall:GetServerInfo',
    'ResourceArns.member.1': RESOURCE,
  };
  const { body } = await send(server.url, signedForm(server.url, form, server.admin));
  expect(body).toContain('<EvalDecision>allowed</EvalDecision>');
});
