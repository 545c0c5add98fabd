import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';
import { presigned, send, signedForm, type WireAnswer } from '../support/wire.ts';

const IAM = '2010-05-08';
const STS = '2011-06-15';
const IDENTITY = { Action: 'GetCallerIdentity', Version: STS };

let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  expect((await send(server.url, { method: 'GET', path: '/healthz' })).status).toBe(200);
});

const call = (form: Record<string, string> | string): Promise<WireAnswer> =>
  send(server.url, signedForm(server.url, form, server.admin));

function expectError(answer: WireAnswer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
  expect(answer.type).toBe('Sender');
  expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers['x-amzn-requestid']).toBe(answer.requestId);
  expect(answer.body).not.toMatch(/\bat .*\.(js|ts):\d+/);
}

describe('the caller', () => {
  test('unsigned', async () => {
    const body = new URLSearchParams(IDENTITY).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expectError(await send(server.url, { headers, body }), 403, 'MissingAuthenticationToken');
  });

  test('an unknown key', async () => {
    const stranger = { accessKeyId: 'AKIAZZZZZZZZZZZZZZZZ', secretAccessKey: 'x'.repeat(40) };
    const answer = await send(server.url, signedForm(server.url, IDENTITY, stranger));
    expectError(answer, 403, 'InvalidClientTokenId');
    expect(answer.message).toBe('The security token included in the request is invalid.');
  });

  test('[S42] a wrong secret: the answer may show both canonical strings, but never the secret', async () => {
    const wrong = { ...server.admin, secretAccessKey: 'wrong-secret-wrong-secret-wrong-secret!!' };
    const answer = await send(server.url, signedForm(server.url, IDENTITY, wrong));
    expectError(answer, 403, 'SignatureDoesNotMatch');
    expect(answer.body).not.toContain(server.admin.secretAccessKey);
  });

  test.each([
    ['the body', (body: string) => `${body}&UserName=x`],
    ['nothing of the body left', () => ''],
  ])('[S42] %s changed after signing', async (_what, change) => {
    const signed = signedForm(server.url, IDENTITY, server.admin);
    const body = change(String(signed.body));
    const headers = { ...signed.headers, 'Content-Length': String(Buffer.byteLength(body)) };
    expectError(await send(server.url, { ...signed, headers, body }), 403, 'SignatureDoesNotMatch');
  });

  test('[S42] a signed header changed', async () => {
    const signed = signedForm(server.url, IDENTITY, server.admin);
    const headers = { ...signed.headers, 'Content-Type': 'text/plain' };
    expectError(await send(server.url, { ...signed, headers }), 403, 'SignatureDoesNotMatch');
  });

  test.each([
    ['16 minutes ago', -16],
    ['in 16 minutes', 16],
  ])('[S42] signed %s', async (_when, minutes) => {
    const at = new Date(Date.now() + minutes * 60_000);
    const answer = await send(server.url, signedForm(server.url, IDENTITY, server.admin, { at }));
    expectError(answer, 403, 'SignatureDoesNotMatch');
    expect(answer.message).toMatch(minutes < 0 ? /^Signature expired: / : /^Signature not yet current: /);
  });

  test('signed 14 minutes ago is accepted', async () => {
    const at = new Date(Date.now() - 14 * 60_000);
    expect((await send(server.url, signedForm(server.url, IDENTITY, server.admin, { at }))).status).toBe(200);
  });

  test.each([
    ['no signature part', 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request'],
    ['nothing but the name', 'AWS4-HMAC-SHA256'],
    ['another scheme', 'Basic YWRtaW46YWRtaW4='],
    ['a short scope', 'AWS4-HMAC-SHA256 Credential=AKIA/iam, SignedHeaders=host, Signature=00'],
    ['much', `AWS4-HMAC-SHA256 ${'Credential=,'.repeat(500)}`],
  ])('an authorization header with %s', async (_what, authorization) => {
    const signed = signedForm(server.url, IDENTITY, server.admin);
    const answer = await send(server.url, { ...signed, headers: { ...signed.headers, Authorization: authorization } });
    expect([400, 403]).toContain(answer.status);
    expect(answer.code).toMatch(/^(IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId)$/);
  });

  test('[aws-behaviour 16] any region in the scope is accepted, but only services that are served', async () => {
    const askScoped = async (service: string) => {
      const signing = { region: 'mars-north-7', service };
      return (await send(server.url, signedForm(server.url, IDENTITY, server.admin, signing))).status;
    };
    expect([await askScoped('sts'), await askScoped('anything')]).toEqual([200, 403]);
  });
});

describe('session tokens', () => {
  const session = async () => {
    const answer = await call({ Action: 'GetSessionToken', Version: STS });
    const value = (name: string): string => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer.body)?.[1] ?? '';
    return {
      accessKeyId: value('AccessKeyId'),
      secretAccessKey: value('SecretAccessKey'),
      sessionToken: value('SessionToken'),
    };
  };

  test('[S42] tampered, swapped or missing', async () => {
    const [one, other] = [await session(), await session()];
    const ask = async (caller: typeof one) => await send(server.url, signedForm(server.url, IDENTITY, caller));
    expect((await ask(one)).status).toBe(200);
    const tampered = flip(one.sessionToken, Math.floor(one.sessionToken.length / 2));
    expectError(await ask({ ...one, sessionToken: tampered }), 403, 'InvalidClientTokenId');
    expectError(await ask({ ...one, sessionToken: other.sessionToken }), 403, 'InvalidClientTokenId');
    expectError(await ask({ ...one, sessionToken: '' }), 403, 'InvalidClientTokenId');
    expectError(await ask({ ...one, sessionToken: 'a.b.c' }), 403, 'InvalidClientTokenId');
  });

  test('[S42] presigned requests: valid, expired, valid for too long, tampered', async () => {
    const { admin, url } = server;
    expect((await send(url, presigned(url, IDENTITY, admin))).status).toBe(200);
    const tooLong = await send(url, presigned(url, IDENTITY, admin, 604_801));
    expect(tooLong.status).toBeGreaterThanOrEqual(400);
    expect(tooLong.status).toBeLessThan(500);
    const good = presigned(url, IDENTITY, admin);
    const tampered = { ...good, path: `${good.path}&UserName=x` };
    expectError(await send(url, tampered), 403, 'SignatureDoesNotMatch');
  });
});

describe('the action', () => {
  test.each([
    ['an unknown action', { Action: 'DoWhatIMean', Version: IAM }, 'InvalidAction'],
    ['an action in the wrong case', { Action: 'createuser', Version: IAM }, 'InvalidAction'],
    ['a name of every object', { Action: 'constructor', Version: IAM }, 'InvalidAction'],
    ['an unknown version', { Action: 'ListUsers', Version: '1999-01-01' }, 'InvalidAction'],
    ['an action of the other service', { Action: 'ListUsers', Version: STS }, 'InvalidAction'],
    ['no version', { Action: 'ListUsers' }, 'InvalidAction'],
  ])('%s', async (_what, form, code) => {
    expectError(await call(form as Record<string, string>), 400, code);
  });

  test('no action', async () => {
    const answer = await call({ Version: IAM });
    expect(answer.status).toBe(400);
    expect(answer.code).toMatch(/^(MissingAction|InvalidAction)$/);
  });

  test.each([
    ['missing', {}, 'userName'],
    ['empty', { UserName: '' }, 'userName'],
    ['too long', { UserName: 'x'.repeat(200) }, 'userName'],
    ['with characters that are not allowed', { UserName: 'a b<c>' }, 'userName'],
  ])('a parameter that is %s is named', async (_what, parameters, member) => {
    const answer = await call({ Action: 'CreateUser', Version: IAM, ...parameters });
    expectError(answer, 400, 'ValidationError');
    expect(answer.message).toContain(member);
  });

  test.each([
    ['a number', { Action: 'ListUsers', Version: IAM, MaxItems: 'many' }],
    ['a number in range', { Action: 'ListUsers', Version: IAM, MaxItems: '0' }],
    ['a list', { Action: 'TagUser', Version: IAM, UserName: 'admin', 'Tags.member.x.Key': 'k' }],
    ['a marker', { Action: 'ListUsers', Version: IAM, Marker: 'no-such-marker' }],
    ['a role ARN', { Action: 'AssumeRole', Version: STS, RoleArn: 'x', RoleSessionName: 'work' }],
  ])('what is not %s', async (_what, form) => {
    const answer = await call(form as Record<string, string>);
    expect({ status: answer.status, code: answer.code }).toEqual({ status: 400, code: 'ValidationError' });
  });

  test.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['nothing in it', '{}'],
    ['an unknown effect', '{"Version":"2012-10-17","Statement":{"Effect":"allow","Action":"*","Resource":"*"}}'],
    ['deep', `{"Statement":${'['.repeat(2000)}${']'.repeat(2000)}}`],
  ])('a policy that is %s', async (_what, document) => {
    const form = { Action: 'CreatePolicy', Version: IAM, PolicyName: unique('bad'), PolicyDocument: document };
    expectError(await call(form), 400, 'MalformedPolicyDocument');
  });

  test.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s / with nothing', async (method) => {
    const { status } = await send(server.url, { method });
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });
});

describe('the transport', () => {
  test('a body over 1 MiB', async () => {
    const answer = await call(`Action=CreatePolicy&Version=${IAM}&PolicyDocument=${'x'.repeat(1_100_000)}`);
    expect(answer.status).toBe(413);
  });

  test('a chunked body over 1 MiB, without a declared length', async () => {
    const status = await new Promise<number>((resolve) => {
      const outgoing = request(server.url, { method: 'POST', agent: false }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode ?? 0);
      });
      outgoing.on('error', () => resolve(413));
      const piece = Buffer.alloc(64 * 1024, 'a');
      for (let index = 0; index < 40; index++) outgoing.write(piece);
      outgoing.end();
    });
    expect(status).toBe(413);
  });

  test.each([
    ['text', 'not a form at all'],
    ['broken escapes', 'Action=%E0%A4%A&Version=%'],
    ['bytes that are no UTF-8', 'Action=%ff%fe&Version=2010-05-08'],
    ['the same parameter twice', 'Action=ListUsers&Action=GetUser&Version=2010-05-08'],
    ['a thousand parameters', `Action=ListUsers&Version=2010-05-08&${'a=1&'.repeat(1000)}`],
    ['a prototype', 'Action=TagUser&Version=2010-05-08&__proto__.x=1&constructor.prototype.y=1'],
    ['a huge index', 'Action=TagUser&Version=2010-05-08&UserName=admin&Tags.member.4294967295.Key=k'],
  ])('a signed body that is %s', async (_what, body) => {
    const answer = await call(body);
    expect(answer.status).toBeLessThan(500);
  });

  test('bytes that are not HTTP are dropped, and other requests are still answered', async () => {
    const { hostname, port } = new URL(server.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end('\u0000\u0001 nonsense\r\n\r\n'));
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
      socket.resume();
    });
    expect((await call(IDENTITY)).status).toBe(200);
  });

  test('no signed form makes the server fail: 300 generated ones', async () => {
    const key = fc.oneof(
      fc.constantFrom('UserName', 'Path', 'Tags.member.1.Key', 'Tags.member.1.Value', 'RoleArn', 'PolicyDocument'),
      fc.string({ maxLength: 20 }),
    );
    const form = fc.dictionary(key, fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.json()), { maxKeys: 6 });
    const action = fc.constantFrom('CreateUser', 'TagUser', 'CreateRole', 'CreatePolicy', 'GetUser', 'ListUsers');
    await fc.assert(
      fc.asyncProperty(action, form, async (Action, parameters) => {
        const answer = await call({ ...parameters, Action, Version: IAM });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  test('no path makes the server fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.webPath({ size: 'medium' }), fc.webQueryParameters(), async (path, query) => {
        const answer = await send(server.url, { method: 'GET', path: `/${path.replace(/^\/*/, '')}?${query}` });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});

/** The text with one character changed, to another of the base64url alphabet. */
function flip(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}
