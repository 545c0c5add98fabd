import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { send, signedForm } from '../../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_ALLOWED_HOSTS: 'iam.example.org,sts.example.org:8443' });
});
afterAll(() => server.close());

const LIST_USERS = { Action: 'ListUsers', Version: '2010-05-08' };
const IDENTITY = { Action: 'GetCallerIdentity', Version: '2011-06-15' };

describe('[S42] the scope of a signature', () => {
  test.each(['s3', 'ec2', 'execute-api', 'IAM', 'rolecal'])('made for %s does not call IAM or STS', async (service) => {
    for (const form of [LIST_USERS, IDENTITY]) {
      expect(await send(server.url, signedForm(server.url, form, server.admin, { service }))).toMatchObject({
        status: 403,
        code: 'SignatureDoesNotMatch',
        message:
          "Credential should be scoped to correct service: 'iam', 'sts', 'cloudtrail', 'organizations' or 'rolecall'.",
      });
    }
  });

  test.each(['us-east-1', 'eu-central-1', 'aws-global', 'my-own-region-7'])('accepts the region %s', async (region) => {
    for (const [service, form] of [
      ['iam', LIST_USERS],
      ['sts', IDENTITY],
    ] as const) {
      expect((await send(server.url, signedForm(server.url, form, server.admin, { service, region }))).status).toBe(
        200,
      );
    }
  });
});

describe('[S42] server.allowedHosts pins the Host header', () => {
  const callAs = (host: string) =>
    send(server.url, signedForm(server.url, LIST_USERS, server.admin, { headers: { Host: host } }));

  test.each(['iam.example.org', 'IAM.example.org', 'iam.example.org:9000', 'sts.example.org:8443'])(
    '%s is listed',
    async (host) => {
      expect((await callAs(host)).status).toBe(200);
    },
  );

  test('the host of the public URL always is', async () => {
    expect((await callAs(new URL(server.url).host)).status).toBe(200);
  });

  test.each(['attacker.example', 'sts.example.org', 'sts.example.org:8444', 'xiam.example.org', 'iam.example.org.'])(
    '%s is not: 421 (RFC 9110 §15.5.20), also for pages',
    async (host) => {
      expect((await callAs(host)).status).toBe(421);
      expect((await send(server.url, { method: 'GET', path: '/sign-in', headers: { Host: host } })).status).toBe(421);
    },
  );

  const statusOf = async (path: string, host: string) =>
    (await send(server.url, { method: 'GET', path, headers: { Host: host } })).status;

  test.each(['10.0.0.7', '10.0.0.7:8080', '[2001:db8::7]', '[2001:db8::7]:8080', 'localhost:8080', 'iam.example.org'])(
    'probes and Prometheus may use %s',
    async (host) => {
      for (const path of ['/healthz', '/readyz', '/readyz/calls', '/metrics'])
        expect(await statusOf(path, host)).toBe(200);
    },
  );

  test('a load balancer may omit the host, with HTTP/1.0', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /readyz HTTP/1.0\r\n\r\n');
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each(['attacker.example', 'attacker.example:8080', '10.0.0.7.attacker.example', '[attacker.example]'])(
    'a page whose name %s was pointed here (DNS rebinding) can read neither metrics nor the state of the stores',
    async (host) => {
      for (const path of ['/readyz', '/readyz/', '/readyz/calls', '/metrics'])
        expect(await statusOf(path, host)).toBe(421);
      expect(await statusOf('/healthz', host)).toBe(200);
    },
  );
});

/** Signs a GET by the canonical query that is given, as a client does that has its own idea of it. */
function signedGet(rawQuery: string, canonicalQuery: string): Parameters<typeof send>[1] {
  const { accessKeyId, secretAccessKey } = server.admin;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const { host } = new URL(server.url);
  const scope = `${date.slice(0, 8)}/us-east-1/iam/aws4_request`;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `GET\n/\n${canonicalQuery}\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${hash('')}`;
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`)
    .digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return { method: 'GET', path: `/?${rawQuery}`, headers: { 'X-Amz-Date': date, Authorization: authorization } };
}

describe('[S42] a `+` in a signed query string, as curl --aws-sigv4 sends it', () => {
  const query = (value: string) => `Action=ListUsers&PathPrefix=${value}&Version=2010-05-08`;
  const ask = async (sent: string, signed: string) => await send(server.url, signedGet(query(sent), query(signed)));

  test.each([
    // No path has a space, so what is refused here is the parameter: the signature holds.
    ['as a space of a form', '%2Fa%20b%2F', 'ValidationError'],
    ['as a plus (curl 8)', '%2Fa%2Bb%2F', undefined],
    ['as it was typed (curl 7)', '%2Fa+b%2F', 'ValidationError'],
  ])('%s', async (_name, signed, code) => {
    expect((await ask('%2Fa+b%2F', signed)).code).toBe(code);
  });

  test('means what was signed: a plus stays a plus and is no space', async () => {
    const create = (sent: string, signed: string) => {
      const of = (value: string) => `Action=CreateUser&UserName=${value}&Version=2010-05-08`;
      return send(server.url, signedGet(of(sent), of(signed)));
    };
    expect((await create('one+two', 'one%2Btwo')).body).toContain('<UserName>one+two</UserName>');
    expect(await create('one+two', 'one%20two')).toMatchObject({ status: 400, code: 'ValidationError' });
    expect(server.events.at(-2)?.resources).toEqual([`arn:aws:iam::${ACCOUNT_ID}:user/one+two`]);
  });

  test.each([
    ['a plus for a signed space escape', '%2Fa+b%2F', '%2Fa%20b%2Fc'],
    ['an escaped plus where it was typed', '%2Fa%2Bb%2F', '%2Fa+b%2F'],
    ['an escaped space where it was typed', '%2Fa%20b%2F', '%2Fa+b%2F'],
    ['other readings for other characters', '%2fa+b%2f', '%2fa%2Bb%2f'],
  ])('but not %s', async (_name, sent, signed) => {
    expect(await ask(sent, signed)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });
});
