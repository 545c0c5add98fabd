import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../src/kernel/service-error.ts';
import { parseSignedRequest } from '../../../src/wire/sigv4/parse-authorization.ts';
import { createSignatureCache } from '../../../src/wire/sigv4/signature-cache.ts';
import type { RequestHeaders } from '../../../src/wire/sigv4/signed-request.ts';
import { presignWithSmithy, verify } from './signing.ts';

const DATE = '20260101T000000Z';
const CREDENTIAL = 'AKIDEXAMPLE/20260101/us-east-1/iam/aws4_request';
const SIGNATURE = 'a'.repeat(64);
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`;

function parse(headers: RequestHeaders, rawQuery = '') {
  const request = {
    method: 'POST',
    path: '/',
    rawQuery,
    headers: { host: 'iam.test', ...headers },
    body: Buffer.alloc(0),
  };
  return parseSignedRequest(request, createSignatureCache({ capacity: 10 }));
}

function refusal(run: () => unknown): ServiceError {
  try {
    run();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const HASHED = String.raw`\(Hashed with SHA-256 and encoded with Base64\) Authorization=[A-Za-z0-9+/]{43}=`;

const HEADERS: readonly (readonly [name: string, headers: RequestHeaders, code: string, message: RegExp])[] = [
  ['no authentication', {}, 'MissingAuthenticationToken', /^Missing Authentication Token$/],
  [
    'a bearer token, which is not repeated',
    { authorization: 'Bearer secret' },
    'IncompleteSignature',
    /Invalid key=value pair \(missing equal-sign\) in Authorization header: \(Hashed/,
  ],
  [
    'nothing but the algorithm',
    { authorization: 'AWS4-HMAC-SHA256 ' },
    'IncompleteSignature',
    new RegExp(
      `^Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${HASHED}$`,
    ),
  ],
  [
    'no date',
    { authorization: AUTHORIZATION },
    'IncompleteSignature',
    new RegExp(`^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${HASHED}$`),
  ],
  [
    'another algorithm',
    { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=x', 'x-amz-date': DATE },
    'IncompleteSignature',
    /^Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'\.$/,
  ],
  [
    'no algorithm that is known',
    { authorization: AUTHORIZATION.replace('AWS4', 'AVS4'), 'x-amz-date': DATE },
    'IncompleteSignature',
    /^Authorization header must begin with 'AWS4-HMAC-SHA256'\. \(Hashed/,
  ],
  [
    'a key twice',
    { authorization: `${AUTHORIZATION}, Signature=${SIGNATURE}`, 'x-amz-date': DATE },
    'IncompleteSignature',
    /more than one 'Signature' parameter/,
  ],
  [
    'a credential of four parts',
    { authorization: AUTHORIZATION.replace('/iam', ''), 'x-amz-date': DATE },
    'IncompleteSignature',
    /^Credential must have exactly 5 slash-delimited elements, e.g. keyid\/date\/region\/service\/term, got 'AKID/,
  ],
  [
    'a credential with an empty region',
    { authorization: AUTHORIZATION.replace('us-east-1', ''), 'x-amz-date': DATE },
    'IncompleteSignature',
    /^Credential must have exactly 5/,
  ],
  [
    'a credential that is not ASCII',
    { authorization: AUTHORIZATION.replace('us-east-1', 'us-\u00e9ast'), 'x-amz-date': DATE },
    'IncompleteSignature',
    /^Credential must be printable ASCII/,
  ],
  [
    'another terminator',
    { authorization: AUTHORIZATION.replace('aws4_request', 'aws5_request'), 'x-amz-date': DATE },
    'SignatureDoesNotMatch',
    /^Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'\.$/,
  ],
  [
    'a host that is not signed',
    { authorization: AUTHORIZATION.replace('host;', ''), 'x-amz-date': DATE },
    'SignatureDoesNotMatch',
    /^'Host' must be a 'SignedHeader' in the AWS Authorization\.$/,
  ],
  [
    'too many signed headers',
    { authorization: AUTHORIZATION.replace('host;', `host;${'a;'.repeat(70)}`), 'x-amz-date': DATE },
    'IncompleteSignature',
    /Not more than 64 headers/,
  ],
  [
    'a date of another form',
    { authorization: AUTHORIZATION, 'x-amz-date': '2026-01-01T00:00:00Z' },
    'IncompleteSignature',
    /^Date must be in ISO-8601 'basic format'. Got '2026-01-01T00:00:00Z'. See http:\/\/en.wikipedia.org\/wiki\/ISO_8601$/,
  ],
  [
    'a Date header of another form',
    { authorization: AUTHORIZATION, date: 'yesterday' },
    'IncompleteSignature',
    /^Date must be in ISO-8601 'basic format'. Got 'yesterday'/,
  ],
  [
    'a date that is not that of the scope',
    { authorization: AUTHORIZATION, 'x-amz-date': '20260102T000000Z' },
    'SignatureDoesNotMatch',
    /^Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260101' != '20260102', from '20260102T000000Z'\.$/,
  ],
  [
    'a scope date that only begins like it',
    { authorization: AUTHORIZATION.replace('20260101', '2026010'), 'x-amz-date': DATE },
    'SignatureDoesNotMatch',
    /^Date in Credential scope does not match/,
  ],
];

const QUERY = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': CREDENTIAL,
  'X-Amz-Date': DATE,
  'X-Amz-Expires': '60',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': SIGNATURE,
};

function query(changes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries({ ...QUERY, ...changes })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
}

const QUERIES: readonly (readonly [name: string, rawQuery: string, code: string, message: RegExp])[] = [
  ['a query without signature', 'Action=ListUsers', 'MissingAuthenticationToken', /^Missing Authentication Token$/],
  [
    'another algorithm',
    query({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }),
    'IncompleteSignature',
    /^Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'\.$/,
  ],
  [
    'nothing but the algorithm',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'IncompleteSignature',
    /^AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters\.$/,
  ],
  ['a parameter twice', `${query({})}&X-Amz-Date=${DATE}`, 'IncompleteSignature', /'X-Amz-Date' only once/],
  ['a bad escape', `${query({})}&a=%4`, 'MalformedQueryString', /Illegal hex character/],
  ['bad UTF-8', query({}).replace('us-east-1', '%FF'), 'MalformedQueryString', /'X-Amz-Credential' is not valid UTF-8/],
  ['no time to live', query({ 'X-Amz-Expires': '0' }), 'IncompleteSignature', /between 1 and 604800 seconds/],
  ['a negative one', query({ 'X-Amz-Expires': '-1' }), 'IncompleteSignature', /should be a number/],
  ['one over a week', query({ 'X-Amz-Expires': '604801' }), 'IncompleteSignature', /between 1 and 604800 seconds/],
  ['a bad date', query({ 'X-Amz-Date': '20261301T000000Z' }), 'IncompleteSignature', /^Date must be in ISO-8601/],
];

describe('[S42] malformed signatures', () => {
  test.each(HEADERS)('in the header: %s', (_, headers, code, message) => {
    const error = refusal(() => parse(headers));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('Bearer');
  });

  test.each(QUERIES)('in the query: %s', (_, rawQuery, code, message) => {
    const error = refusal(() => parse({}, rawQuery));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('[S42] signatures that differ in any character', () => {
  const NOT_HEXADECIMAL = /^The signature must be 64 hexadecimal digits/;
  /** A character that would be the given one if it were cut down to a byte. */
  const wider = (text: string): string => String.fromCodePoint((text.codePointAt(0) as number) + 0x100);

  test.each([
    ['in capitals', (signature: string) => signature.toUpperCase(), NOT_HEXADECIMAL],
    ['one digit short', (signature: string) => signature.slice(1), NOT_HEXADECIMAL],
    ['with a digit more', (signature: string) => `${signature}0`, NOT_HEXADECIMAL],
    ['of characters that end like its own', (signature: string) => signature.replace(/./, wider), NOT_HEXADECIMAL],
    [
      'another',
      (signature: string) => signature.replace(/./, (digit) => (digit === '0' ? '1' : '0')),
      /^The request sig/,
    ],
  ])('%s', async (_, change, message) => {
    const signed = await presignWithSmithy({ method: 'GET', path: '/', rawQuery: 'Action=ListUsers' }, 60);
    expect(() => verify(signed)).not.toThrow();
    const rawQuery = signed.rawQuery.replace(/(?<=X-Amz-Signature=)[0-9a-f]{64}/, (signature) =>
      encodeURIComponent(change(signature)),
    );
    const error = refusal(() => verify({ ...signed, rawQuery }));
    expect([error.code, error.message]).toEqual(['SignatureDoesNotMatch', expect.stringMatching(message)]);
  });
});

test('[S42] a header that names the operation must be signed, so that nobody can add one in transit', () => {
  const unsigned = {
    authorization: AUTHORIZATION,
    'x-amz-date': DATE,
    'x-amz-target': 'Rolecall_20261128.GetServerInfo',
  };
  expect(refusal(() => parse(unsigned))).toMatchObject({
    code: 'SignatureDoesNotMatch',
    message: "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.",
  });
  const signed = AUTHORIZATION.replace('x-amz-date,', 'x-amz-date;x-amz-target,');
  expect(parse({ ...unsigned, authorization: signed }).signedHeaders).toContain('x-amz-target');
});

describe('parsed signatures', () => {
  const headers = { authorization: AUTHORIZATION, 'x-amz-date': DATE };
  const expected = {
    isPresigned: false,
    accessKeyId: 'AKIDEXAMPLE',
    scope: { date: '20260101', region: 'us-east-1', service: 'iam' },
    credential: CREDENTIAL,
    signedHeaders: ['host', 'x-amz-date'],
    signature: SIGNATURE,
    date: DATE,
    time: Date.UTC(2026, 0, 1),
    sessionToken: undefined,
    expiresInSeconds: undefined,
  };

  test('in the header', () => {
    expect(parse(headers)).toEqual(expected);
  });

  test('in the header without spaces, in another order, with unknown keys', () => {
    const authorization = `AWS4-HMAC-SHA256 Signature=${SIGNATURE},New=x,,SignedHeaders=X-Amz-Date;Host,Credential=${CREDENTIAL}`;
    expect(parse({ ...headers, authorization })).toEqual(expected);
  });

  test('with a Date header instead of X-Amz-Date', () => {
    expect(parse({ authorization: AUTHORIZATION, date: 'Thu, 01 Jan 2026 00:00:00 GMT' })).toEqual(expected);
    expect(parse({ authorization: AUTHORIZATION, date: DATE })).toEqual(expected);
  });

  test('in the query', () => {
    const presigned = { ...expected, isPresigned: true, signedHeaders: ['host'] };
    expect(parse({}, query({}))).toEqual({ ...presigned, expiresInSeconds: 60 });
    expect(parse({}, query({ 'X-Amz-Expires': undefined, 'X-Amz-Security-Token': 't/+=' }))).toEqual({
      ...presigned,
      sessionToken: 't/+=',
    });
  });

  test('a presigned request may carry its token in a signed header', () => {
    const rawQuery = query({ 'X-Amz-SignedHeaders': 'host;x-amz-security-token' });
    expect(parse({ 'x-amz-security-token': 'token' }, rawQuery).sessionToken).toBe('token');
  });

  test('[aws-behaviour 16] any region and service', () => {
    const authorization = AUTHORIZATION.replace('us-east-1/iam', 'mars-1/anything');
    expect(parse({ ...headers, authorization }).scope).toEqual({
      date: '20260101',
      region: 'mars-1',
      service: 'anything',
    });
  });
});
