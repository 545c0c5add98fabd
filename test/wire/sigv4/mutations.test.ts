import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../src/kernel/service-error.ts';
import type { SignedRequest } from '../../../src/wire/sigv4/signed-request.ts';
import { presignWithSmithy, signWithSmithy, verify } from './signing.ts';

/** The text with each of its characters changed in turn. */
function mutationsOf(text: string): string[] {
  return Array.from(text, (char, i) => {
    const changed = String.fromCharCode(char.charCodeAt(0) ^ 1);
    return `${text.slice(0, i)}${changed}${text.slice(i + 1)}`;
  });
}

function expectRefused(request: SignedRequest, what: string): void {
  let refused: unknown;
  try {
    verify(request);
  } catch (error) {
    refused = error;
  }
  if (!(refused instanceof ServiceError)) throw new Error(`accepted, or failed: ${what} ${String(refused)}`);
}

function withHeader(request: SignedRequest, name: string, value: string | undefined): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

const UNSIGNED = {
  method: 'POST',
  path: '/some/path',
  rawQuery: 'a=1&b=2',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=DeleteUser&UserName=alice&Version=2010-05-08',
  sessionToken: 'TheSessionToken',
};

describe('[S42] every signed byte matters', () => {
  test.each(['host', 'content-type', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'authorization'])(
    'of the header %s',
    async (name) => {
      const request = await signWithSmithy(UNSIGNED);
      verify(request);
      for (const value of mutationsOf(request.headers[name] as string)) {
        // blanks between the parts of the Authorization header are not signed
        if (name === 'authorization' && value.replaceAll('!', ' ') === request.headers[name]) continue;
        expectRefused(withHeader(request, name, value), `${name}: ${value}`);
      }
    },
  );

  test('of method, path, query and body', async () => {
    const request = await signWithSmithy(UNSIGNED);
    for (const method of mutationsOf(request.method)) expectRefused({ ...request, method }, method);
    for (const path of mutationsOf(request.path)) expectRefused({ ...request, path }, path);
    for (const rawQuery of mutationsOf(request.rawQuery)) expectRefused({ ...request, rawQuery }, rawQuery);
    for (const body of mutationsOf(request.body.toString())) {
      expectRefused({ ...request, body: Buffer.from(body) }, body);
    }
    expectRefused({ ...request, body: Buffer.alloc(0) }, 'no body');
    expectRefused({ ...request, rawQuery: `${request.rawQuery}&c=3` }, 'one parameter more');
    expectRefused({ ...request, rawQuery: 'a=1' }, 'one parameter less');
  });

  test('of a presigned query', async () => {
    const { body: _, ...unsigned } = UNSIGNED;
    const request = await presignWithSmithy({ ...unsigned, method: 'GET' }, 60);
    verify(request);
    for (const rawQuery of mutationsOf(request.rawQuery)) expectRefused({ ...request, rawQuery }, rawQuery);
    expectRefused({ ...request, body: Buffer.from('Action=DeleteUser') }, 'a body that was not signed');
    expectRefused({ ...request, rawQuery: `${request.rawQuery}&Action=DeleteUser` }, 'one parameter more');
    expectRefused(withHeader(request, 'host', 'iam.tesu'), 'another host');
  });
});

describe('[S42] the session token is bound to its key', () => {
  test('a token that is not signed is refused', async () => {
    const { sessionToken: _, ...unsigned } = UNSIGNED;
    const request = withHeader(await signWithSmithy(unsigned), 'x-amz-security-token', 'stolen');
    expect(() => verify(request)).toThrow("'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.");
  });

  test('a removed token is noticed', async () => {
    const request = withHeader(await signWithSmithy(UNSIGNED), 'x-amz-security-token', undefined);
    expect(() => verify(request)).toThrow("The signed header 'x-amz-security-token' is missing from the request.");
  });

  test('two tokens are refused', async () => {
    const request = await presignWithSmithy({ method: 'GET', path: '/', sessionToken: 'one' }, 60);
    expect(() => verify(withHeader(request, 'x-amz-security-token', 'two'))).toThrow(
      /both as a header and in the query/,
    );
  });

  test('the message of a mismatch does not show it', async () => {
    const byHeader = await signWithSmithy(UNSIGNED);
    const presigned = await presignWithSmithy({ method: 'GET', path: '/', sessionToken: 'TheSessionToken' }, 60);
    for (const request of [byHeader, presigned]) {
      expect(() => verify(request, { secretAccessKey: 'x' })).toThrow(/\[redacted\]/);
      expect(() => verify(request, { secretAccessKey: 'x' })).not.toThrow(/TheSessionToken/);
    }
  });
});
