import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { presigned, send, signedForm, type WireAnswer } from '../../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

const IAM = '2010-05-08';
const STS = '2011-06-15';

async function ask(form: Record<string, string>, accept = 'application/json'): Promise<WireAnswer> {
  const service = form['Version'] === STS ? 'sts' : 'iam';
  return await send(server.url, signedForm(server.url, form, server.admin, { service, headers: { Accept: accept } }));
}

const json = ({ body }: WireAnswer) => JSON.parse(body) as Record<string, Record<string, unknown>>;

describe('[observed of AWS] a Query service answers JSON to `Accept: application/json`', () => {
  test('a forwarded, presigned GetCallerIdentity, byte for byte', async () => {
    const request = presigned(server.url, { Action: 'GetCallerIdentity', Version: STS }, server.admin);
    const answer = await send(server.url, { ...request, headers: { ...request.headers, Accept: 'application/json' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    const requestId = String(answer.headers['x-amzn-requestid']);
    expect(answer.body).toMatch(
      new RegExp(
        `^{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"${ACCOUNT_ID}","Arn":"arn:aws:iam::${ACCOUNT_ID}:user/admin","UserId":"AIDA\\w+"},"ResponseMetadata":{"RequestId":"${requestId}"}}}$`,
      ),
    );
  });

  test('times are seconds, absent values are null, lists are arrays', async () => {
    const answer = json(await ask({ Action: 'ListUsers', Version: IAM }));
    expect(answer['ListUsersResponse']).toEqual({
      ListUsersResult: {
        IsTruncated: false,
        Marker: null,
        Users: [
          {
            Arn: `arn:aws:iam::${ACCOUNT_ID}:user/admin`,
            CreateDate: expect.any(Number),
            PasswordLastUsed: null,
            Path: '/',
            PermissionsBoundary: null,
            Tags: null,
            UserId: expect.stringMatching(/^AIDA/),
            UserName: 'admin',
          },
        ],
      },
      ResponseMetadata: { RequestId: expect.any(String) },
    });
    const session = json(await ask({ Action: 'GetSessionToken', Version: STS }))['GetSessionTokenResponse'];
    const { Credentials } = (session?.['GetSessionTokenResult'] ?? {}) as { Credentials?: { Expiration: number } };
    expect(Number.isInteger(Credentials?.Expiration)).toBe(true);
  });

  test('maps are objects, blobs are base64, empty lists are empty', async () => {
    const summary = json(await ask({ Action: 'GetAccountSummary', Version: IAM }))['GetAccountSummaryResponse'];
    expect(summary?.['GetAccountSummaryResult']).toMatchObject({ SummaryMap: { Users: 1 } });
    const groups = json(await ask({ Action: 'ListGroups', Version: IAM }))['ListGroupsResponse'];
    expect(groups?.['ListGroupsResult']).toEqual({ Groups: [], IsTruncated: false, Marker: null });
    const device = json(await ask({ Action: 'CreateVirtualMFADevice', VirtualMFADeviceName: 'd', Version: IAM }));
    expect(device['CreateVirtualMFADeviceResponse']?.['CreateVirtualMFADeviceResult']).toMatchObject({
      VirtualMFADevice: { Base32StringSeed: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) },
    });
  });

  test('an operation without output has no result', async () => {
    await ask({ Action: 'CreateGroup', GroupName: 'g', Version: IAM });
    const answer = json(await ask({ Action: 'DeleteGroup', GroupName: 'g', Version: IAM }));
    expect(answer).toEqual({ DeleteGroupResponse: { ResponseMetadata: { RequestId: expect.any(String) } } });
  });

  test('errors as well, whichever step refuses', async () => {
    const answer = await ask({ Action: 'GetUser', UserName: 'nobody', Version: IAM });
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json']);
    expect(answer.body).toBe(
      `{"Error":{"Code":"NoSuchEntity","Message":"The user with name nobody cannot be found.","Type":"Sender"},"RequestId":"${answer.headers['x-amzn-requestid']}"}`,
    );
    const headers = { Accept: 'application/json' };
    const unsigned = await send(server.url, { headers, body: 'Action=ListUsers&Version=2010-05-08' });
    expect(json(unsigned)['Error']?.['Code']).toBe('MissingAuthenticationToken');
    const tooLarge = await send(server.url, { headers, body: 'x'.repeat(1024 * 1024 + 1) });
    expect(json(tooLarge)['Error']?.['Code']).toBe('RequestEntityTooLarge');
  });
});

test.each([
  ['text/xml', '*/*'],
  ['text/xml', ''],
  ['text/xml', 'text/html'],
  ['text/xml', 'application/json;q=0'],
  ['text/xml', 'text/xml, application/json'],
  ['text/xml', 'application/json;q=0.5, application/xml'],
  ['text/xml', 'application/jsonp'],
  ['application/json', 'application/json, text/plain, */*'],
  ['application/json', 'Application/JSON; charset=utf-8'],
  ['application/json', 'text/xml;q=0.4, application/json;q=0.9'],
])('[RFC 9110 §12.5.1] %s for `Accept: %s`', async (type, accept) => {
  const answer = await ask({ Action: 'GetCallerIdentity', Version: STS }, accept);
  expect(answer.headers['content-type']).toBe(type);
});
