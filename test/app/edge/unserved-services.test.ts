import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import aws4 from 'aws4';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { send } from '../../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** A request for another service, signed as its clients do. */
function ask(service: string, request: { method?: string; path?: string; headers?: object; body?: string }) {
  const { method = 'POST', path = '/', headers = {}, body } = request;
  const signed = aws4.sign(
    {
      service,
      region: 'eu-central-1',
      method,
      path,
      headers: { Host: new URL(server.url).host, ...headers },
      ...(body !== undefined && { body }),
    },
    server.admin,
  );
  const sent = Object.fromEntries(Object.entries(signed.headers ?? {}).map(([name, value]) => [name, String(value)]));
  return send(server.url, { method, path, headers: sent, ...(body !== undefined && { body }) });
}

describe('an AWS API that is not served gets an answer in its own protocol', () => {
  test.each([
    ['ListBuckets', { method: 'GET' }],
    ['ListBuckets of newer clients', { method: 'GET', path: '/?x-id=ListBuckets' }],
    ['an object', { method: 'GET', path: '/bucket/a/b%20c' }],
    ['an upload', { method: 'PUT', path: '/bucket/key', body: 'content' }],
  ])('S3: %s', async (_name, request) => {
    const answer = await ask('s3', request);
    expect([answer.status, answer.headers['content-type'], answer.code]).toEqual([
      501,
      'application/xml',
      'NotImplemented',
    ]);
    expect(answer.body).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>/);
    expect(answer.message).toContain('does not serve s3');
  });

  test('EC2', async () => {
    const body = 'Action=DescribeInstances&Version=2016-11-15';
    const answer = await ask('ec2', { headers: FORM, body });
    expect([answer.status, answer.headers['content-type'], answer.code]).toEqual([400, 'text/xml', 'InvalidAction']);
    expect(answer.body).toMatch(/^<Response><Errors><Error><Code>.*<\/Error><\/Errors><RequestID>[\w-]+<\/RequestID>/);
  });

  test('a Query service', async () => {
    const answer = await ask('sns', { headers: FORM, body: 'Action=ListTopics&Version=2010-03-31' });
    expect([answer.status, answer.code, answer.type]).toEqual([400, 'InvalidAction', 'Sender']);
    expect(answer.requestId).toBe(answer.headers['x-amzn-requestid']);
  });

  test.each([
    ['DynamoDB', 'dynamodb', { headers: { 'X-Amz-Target': 'DynamoDB_20120810.ListTables' }, body: '{}' }],
    ['Lambda', 'lambda', { method: 'GET', path: '/2015-03-31/functions/' }],
    [
      'a JSON body that looks like a form',
      'kms',
      { headers: { 'X-Amz-Target': 'TrentService.X' }, body: '{"a":"%&a=1"}' },
    ],
  ])('%s', async (_name, service, request) => {
    const answer = await ask(service, request);
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([400, 'UnknownOperationException']);
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'UnknownOperationException',
      message: expect.stringContaining(
        `does not serve ${service}, only iam, sts, cloudtrail, organizations and rolecall`,
      ),
    });
  });

  test('a presigned S3 URL', async () => {
    const answer = await send(server.url, {
      method: 'GET',
      path: '/bucket/key?X-Amz-Credential=AKIA%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Signature=00',
    });
    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  });

  test('IAM under a path says where it is', async () => {
    const answer = await ask('iam', { path: '/iam/', headers: FORM, body: 'Action=ListUsers&Version=2010-05-08' });
    expect(answer.message).toContain('serves iam, sts, cloudtrail, organizations and rolecall only at the path /');
  });

  test('an IAM action with a signature for another service is refused for that reason', async () => {
    const answer = await ask('sns', { headers: FORM, body: 'Action=ListUsers&Version=2010-05-08' });
    expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('people are still sent to the pages', async () => {
    expect(await send(server.url, { method: 'GET' })).toMatchObject({ status: 303 });
  });
});

test.each([
  ['a query', { path: `/x?X-Amz-Signature=a&${'X-Amz-Credential=%2F1%2F'.repeat(640)}a%2Fs3%2Faws4_request` }],
  ['the query of the root', { path: `/?${'X-Amz-Credential=%2F1%2F'.repeat(640)}a%2Fs3%2Faws4_request%3F` }],
  ['a header', { path: '/x', headers: { Authorization: `AWS4-${' Credential='.repeat(1200)}a/1/a/s3/aws4_request` } }],
])('a credential in %s that is far too long is ignored, as unsigned', async (_name, request) => {
  // Were it searched, ten of these would keep the server busy for minutes.
  for (let n = 0; n < 10; n++) {
    const answer = await send(server.url, { method: 'GET', headers: {}, ...request });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('does not serve s3');
  }
});
