import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import aws4 from 'aws4';
import { allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { stopTimeouts } from '../support/stop-timeouts.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly requestId: string | null;
  readonly body: string;
}

async function send(body: string, headers: Record<string, string> = {}, path = '/'): Promise<Answer> {
  const answer = await fetch(server.url + path, { method: 'POST', headers, body });
  const text = await answer.text();
  return {
    status: answer.status,
    code: /<Code>(.*?)<\/Code>/s.exec(text)?.[1],
    message: /<Message>(.*?)<\/Message>/s.exec(text)?.[1],
    type: /<Type>(.*?)<\/Type>/.exec(text)?.[1],
    requestId: answer.headers.get('x-amzn-requestid'),
    body: text,
  };
}

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

/** Signs a form as the real clients do. */
function signed(body: string, key: Key = server.admin, more: Record<string, string> = {}): Record<string, string> {
  const request = aws4.sign(
    {
      host: new URL(server.url).host,
      method: 'POST',
      path: '/',
      body,
      service: 'iam',
      region: 'us-east-1',
      headers: { 'Content-Type': FORM, ...more },
    },
    key,
  );
  const { Host: _host, 'Content-Length': _length, ...headers } = request.headers as Record<string, string>;
  return headers;
}

const call = (body: string, key?: Key) => send(body, signed(body, key));
const LIST_USERS = 'Action=ListUsers&Version=2010-05-08';

describe('bad input', () => {
  test('unsigned', async () => {
    expect(await send(LIST_USERS, { 'content-type': FORM })).toMatchObject({
      status: 403,
      code: 'MissingAuthenticationToken',
      type: 'Sender',
    });
  });

  test('an unknown access key', async () => {
    const key = { accessKeyId: 'AKIAQAAAAAAAAAAAAAAA', secretAccessKey: 'x'.repeat(40) };
    expect(await call(LIST_USERS, key)).toMatchObject({
      status: 403,
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    });
  });

  test('a wrong signature; the answer contains no secret', async () => {
    const answer = await call(LIST_USERS, { ...server.admin, secretAccessKey: 'x'.repeat(40) });
    expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(answer.message).toMatch(/^The request signature we calculated does not match the signature you provided\./);
    expect(answer.body).not.toContain(server.admin.secretAccessKey);
  });

  test('an old date', async () => {
    const answer = await send(LIST_USERS, signed(LIST_USERS, server.admin, { 'X-Amz-Date': '20200101T000000Z' }));
    expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(answer.message).toMatch(/^Signature expired: 20200101T000000Z is now earlier than \d{8}T\d{6}Z \(/);
  });

  test.each([
    [
      'Action=DoWhatIMean&Version=2010-05-08',
      'InvalidAction',
      'Could not find operation DoWhatIMean for version 2010-05-08',
    ],
    [
      'Action=ListUsers&Version=1999-01-01',
      'InvalidAction',
      'Could not find operation ListUsers for version 1999-01-01',
    ],
    ['Action=ListUsers', 'InvalidAction', 'Could not find operation ListUsers for version NO_VERSION_SPECIFIED'],
    [
      'Action=constructor&Version=2010-05-08',
      'InvalidAction',
      'Could not find operation constructor for version 2010-05-08',
    ],
    ['Version=2010-05-08', 'MissingAction', 'The request has no Action parameter: name the operation.'],
    [
      'Action=CreateUser&Version=2010-05-08',
      'ValidationError',
      "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    ],
  ])('%s', async (body, code, message) => {
    expect(await call(body)).toMatchObject({ status: 400, code, message: message.replaceAll("'", '&apos;') });
  });

  test('[aws-behaviour 6] STS repeats the value that it refuses', async () => {
    const body = `Action=AssumeRole&Version=2011-06-15&RoleArn=${roleArn('x').padEnd(30)}&RoleSessionName=Session1:2`;
    const { message } = await call(body.replaceAll(' ', ''));
    expect(message?.replaceAll('&apos;', "'")).toMatch(
      /^1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\*$/,
    );
  });

  test('a policy that is not JSON', async () => {
    const body = 'Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument=%7B%22Version%22';
    expect(await call(body)).toMatchObject({ status: 400, code: 'MalformedPolicyDocument' });
  });

  test('a body over 1 MiB is refused unread', async () => {
    expect(await send('x'.repeat(1024 * 1024 + 1), { 'content-type': FORM })).toMatchObject({
      status: 413,
      code: 'RequestEntityTooLarge',
    });
  });

  test('an unknown method', async () => {
    const answer = await fetch(`${server.url}/?Action=ListUsers&Version=2010-05-08`, { method: 'PUT' });
    expect(answer.status).toBe(400);
  });

  test('invalid percent-encoding', async () => {
    expect(await call('Action=%ZZ&Version=2010-05-08')).toMatchObject({ status: 400, code: 'MalformedQueryString' });
  });
});

describe('[S42] session tokens', () => {
  let session: Required<Key>;
  beforeAll(async () => {
    await makeRole(server, 'reader', { trust: trust({ AWS: userArn('admin') }), policy: allow('iam:ListUsers') });
    const command = new AssumeRoleCommand({ RoleArn: roleArn('reader'), RoleSessionName: 'session' });
    session = keyOf((await server.sts().send(command)).Credentials) as Required<Key>;
  });

  test('is bound to its access key', async () => {
    const command = new AssumeRoleCommand({ RoleArn: roleArn('reader'), RoleSessionName: 'other' });
    const other = keyOf((await server.sts().send(command)).Credentials);
    expect((await call(LIST_USERS, session)).status).toBe(200);
    for (const key of [
      { ...session, sessionToken: other.sessionToken ?? '' },
      { ...server.admin, sessionToken: session.sessionToken },
      { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey },
    ]) {
      expect(await call(LIST_USERS, key)).toMatchObject({ status: 403, code: 'InvalidClientTokenId' });
    }
  });

  test('is refused with any character changed', async () => {
    const { sessionToken } = session;
    for (let at = 0; at < sessionToken.length; at += 7) {
      const changed = sessionToken[at] === 'A' ? 'B' : 'A';
      const tampered = sessionToken.slice(0, at) + changed + sessionToken.slice(at + 1);
      expect(await call(LIST_USERS, { ...session, sessionToken: tampered })).toMatchObject({
        status: 403,
        code: 'InvalidClientTokenId',
      });
    }
  });

  test('is never repeated in an error', async () => {
    const answer = await call(LIST_USERS, { ...session, secretAccessKey: 'x'.repeat(40) });
    expect(answer.code).toBe('SignatureDoesNotMatch');
    expect(answer.body).not.toContain(session.sessionToken);
  });

  test('is under 4 KiB', () => {
    expect(session.sessionToken.length).toBeLessThan(4096);
  });
});

describe('[aws-behaviour 17] credentials of GetSessionToken', () => {
  let session: Key;
  beforeAll(async () => {
    const user = await makeUser(server, 'gail', allow('*'));
    session = keyOf((await server.sts(user).send(new GetSessionTokenCommand({}))).Credentials);
  });

  test.each([
    ['Action=GetCallerIdentity&Version=2011-06-15', 200, undefined],
    [LIST_USERS, 403, 'InvalidClientTokenId'],
    ['Action=GetSessionToken&Version=2011-06-15', 403, 'AccessDenied'],
    ['Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=AKIAQAAAAAAAAAAAAAAA', 403, 'AccessDenied'],
  ])('%s → %d', async (body, status, code) => {
    expect(await call(body, session)).toMatchObject({ status, code });
  });
});

test('[aws-behaviour 17] GetCallerIdentity needs no permission, even under an explicit deny', async () => {
  const user = await makeUser(
    server,
    'denied',
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }),
  );
  expect((await call('Action=GetCallerIdentity&Version=2011-06-15', user)).status).toBe(200);
  expect((await call(LIST_USERS, user)).message).toBe(
    `User: ${userArn('denied')} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/ with an explicit deny in an identity-based policy`,
  );
});

test('only the beginning of a long User-Agent is matched with patterns', async () => {
  const Condition = { StringLike: { 'aws:UserAgent': '*needle' } };
  const user = await makeUser(server, 'agent', allow('iam:ListUsers', '*', { Condition }));
  const by = (agent: string) => send(LIST_USERS, { ...signed(LIST_USERS, user), 'User-Agent': agent });
  expect((await by(`${'a'.repeat(1018)}needle`)).status).toBe(200);
  expect((await by(`${'a'.repeat(1019)}needle`)).status).toBe(403);
});

test('the session of a renamed user does not get what is granted to the old name', async () => {
  await makeRole(server, 'formerly', { trust: trust({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }) });
  const user = await makeUser(server, 'formerly', allow('sts:AssumeRole', roleArn('$' + '{aws:username}')));
  const session = keyOf((await server.sts(user).send(new GetSessionTokenCommand({}))).Credentials);
  const assume = new AssumeRoleCommand({ RoleArn: roleArn('formerly'), RoleSessionName: 'session' });
  await expect(server.sts(session).send(assume)).resolves.toBeDefined();
  await call('Action=UpdateUser&Version=2010-05-08&UserName=formerly&NewUserName=renamed&NewPath=%2Fp%2F');
  expect((await refusal(server.sts(session).send(assume))).name).toBe('AccessDenied');
  const { body } = await call('Action=GetCallerIdentity&Version=2011-06-15', session);
  expect(body).toContain(`<Arn>${userArn('p/renamed')}</Arn>`);
});

test('a presigned GET is answered', async () => {
  const request = aws4.sign(
    {
      host: new URL(server.url).host,
      path: '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60',
      service: 'sts',
      region: 'us-east-1',
      signQuery: true,
    },
    server.admin,
  );
  const answer = await fetch(server.url + (request.path ?? ''));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`<Arn>${userArn('admin')}</Arn>`);
});

describe('the record', () => {
  test('every answer has a request id, and the event has the same one', async () => {
    const answer = await call(LIST_USERS);
    expect(answer.body).toContain(`<RequestId>${answer.requestId}</RequestId>`);
    const event = server.events.find(({ requestId }) => requestId === answer.requestId);
    expect(event).toMatchObject({
      eventSource: 'iam',
      eventName: 'ListUsers',
      readOnly: true,
      accountId: '123456789012',
      actor: { type: 'User', arn: userArn('admin'), accessKeyId: server.admin.accessKeyId },
      sourceIp: '127.0.0.1',
      authentication: { method: 'sigv4', mfa: false },
      outcome: 'allowed',
      decision: { layer: 'identity', policy: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    });
  });

  test('a denial says what decided it', async () => {
    const user = await makeUser(server, 'nobody');
    const answer = await call('Action=CreateUser&Version=2010-05-08&UserName=z', user);
    const event = server.events.find(({ requestId }) => requestId === answer.requestId);
    expect(event).toMatchObject({
      outcome: 'denied',
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('because no identity-based policy allows the iam:CreateUser action'),
      resources: ['arn:aws:iam::123456789012:user/z'],
      request: { UserName: 'z' },
    });
    expect(event?.decision).toEqual({
      layer: 'identity',
      cause: 'no-allow',
      action: 'iam:CreateUser',
      resource: 'arn:aws:iam::123456789012:user/z',
    });
  });

  test('an explicit denial names the policy, the statement, and the permission that was denied', async () => {
    const statements = [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Sid: 'NoTags', Effect: 'Deny', Action: 'iam:TagUser', Resource: '*' },
    ];
    const user = await makeUser(server, 'untagged', JSON.stringify({ Version: '2012-10-17', Statement: statements }));
    const tags = 'Tags.member.1.Key=a&Tags.member.1.Value=b';
    const answer = await call(`Action=CreateUser&Version=2010-05-08&UserName=z&${tags}`, user);
    const event = server.events.find(({ requestId }) => requestId === answer.requestId);
    expect(event?.decision).toEqual({
      layer: 'identity',
      cause: 'explicit-deny',
      action: 'iam:TagUser',
      resource: 'arn:aws:iam::123456789012:user/z',
      policy: 'own',
      statement: 'NoTags',
    });
  });

  test('[S48] a wrong signature under a known key is audited; repeats become one event with their number', async () => {
    const user = await makeUser(server, 'guessed');
    const wrong = { ...user, secretAccessKey: 'x'.repeat(40) };
    // The second in which repeats are counted passes when the test says so, however busy the machine is.
    const timers = stopTimeouts();
    for (let i = 0; i < 5; i++) expect((await call(LIST_USERS, wrong)).code).toBe('SignatureDoesNotMatch');
    const told = () => server.events.filter(({ actor }) => actor.accessKeyId === user.accessKeyId);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatchObject({
      eventName: 'ListUsers',
      accountId: '123456789012',
      actor: { type: 'Anonymous' },
      outcome: 'refused',
      errorCode: 'SignatureDoesNotMatch',
    });
    timers.pass(1000);
    expect(told()).toHaveLength(2);
    expect(told()[1]).toMatchObject({ request: { count: 4 } });
    expect(JSON.stringify(told())).not.toContain(user.secretAccessKey);
  });

  test('[S48] a refused web identity is audited', async () => {
    const role = encodeURIComponent(roleArn('reader'));
    const body = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=${role}&RoleSessionName=session&WebIdentityToken=a.b.c`;
    const { requestId } = await send(body, { 'content-type': FORM });
    expect(server.events.find((event) => event.requestId === requestId)).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      outcome: 'refused',
      errorCode: 'InvalidIdentityToken',
      request: { WebIdentityToken: '[redacted]' },
    });
  });

  test('[S48] no event contains a secret', async () => {
    const password = 'Correct-Horse-42-Battery';
    await call('Action=CreateUser&Version=2010-05-08&UserName=hal');
    await call(`Action=CreateLoginProfile&Version=2010-05-08&UserName=hal&Password=${password}`);
    const made = await call('Action=CreateAccessKey&Version=2010-05-08&UserName=hal');
    const secret = /<SecretAccessKey>(.*?)</.exec(made.body)?.[1] ?? '';
    expect(secret).toHaveLength(40);
    const record = JSON.stringify(server.events);
    expect(record).toContain('CreateLoginProfile');
    for (const hidden of [password, secret, server.admin.secretAccessKey]) expect(record).not.toContain(hidden);
  });
});

test('an unexpected error is an InternalFailure with a request id and a log line, and nothing else', async () => {
  const { createPipeline } = await import('../../src/operations/pipeline.ts');
  const { createCallRecord } = await import('../../src/operations/call-record.ts');
  const { createRegistry } = await import('../../src/operations/registry.ts');
  const { openProtocols } = await import('../../src/operations/choose-protocol.ts');
  const { GetCallerIdentity$ } = await import('@aws-sdk/client-sts');
  const { unsignedOperation } = await import('../../src/operations/operation.ts');
  const { systemRandom } = await import('../../src/kernel/random.ts');
  const faults: unknown[] = [];
  const protocols = openProtocols([]);
  const broken = new Error('the secret of the store is hunter2');
  const pipeline = createPipeline({
    accessed: { record: () => undefined },
    privileged: { require: () => undefined, requireOpening: () => undefined },
    protocols,
    registry: createRegistry(
      [
        unsignedOperation({
          schema: GetCallerIdentity$,
          readOnly: true,
          authorize: () => ({ targets: [], subject: undefined }),
          handle: () => {
            throw broken;
          },
        }),
      ],
      protocols,
    ),
    authenticate: () => Promise.reject(new Error('not to be called')),
    authorizer: { current: (caller) => caller, decide: () => Promise.reject(broken), close: () => {} },
    authorizationMessages: { encode: () => undefined, decode: () => '' },
    strangers: { take: () => true, isSpent: () => false },
    callRecord: createCallRecord({ record: () => Promise.resolve(), random: systemRandom() }),
    recordRefusal: () => undefined,
    whenRoom: () => undefined,
    clock: { now: () => 0 },
    random: systemRandom(),
    observe: () => {},
    errorPositions: true,
    fault: (error, facts) => faults.push({ error, facts }),
  });
  const answer = await pipeline.handle({
    method: 'POST',
    path: '/',
    rawQuery: '',
    headers: {},
    body: Buffer.from('Action=GetCallerIdentity&Version=2011-06-15'),
    ip: '127.0.0.1',
    bodyHash: undefined,
    secure: false,
  });
  expect(answer.status).toBe(500);
  expect(answer.body).toContain('<Type>Receiver</Type><Code>InternalFailure</Code>');
  expect(answer.body).not.toMatch(/hunter2|at .*\.ts|Error:/);
  expect(faults).toEqual([{ error: broken, facts: { requestId: answer.requestId, operation: 'GetCallerIdentity' } }]);
});
