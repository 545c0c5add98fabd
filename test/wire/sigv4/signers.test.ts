import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { SignedRequest } from '../../../src/wire/sigv4/signed-request.ts';
import { presignWithSmithy, signWithAws4, signWithSmithy, type Unsigned, verify } from './signing.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const REQUESTS: readonly (readonly [string, Unsigned])[] = [
  ['a POST with a form', { method: 'POST', path: '/', headers: FORM, body: 'Action=ListUsers&Version=2010-05-08' }],
  ['a GET with a query', { method: 'GET', path: '/', rawQuery: 'Version=2010-05-08&Action=ListUsers' }],
  [
    'temporary credentials',
    { method: 'POST', path: '/', body: 'Action=ListUsers', sessionToken: 'a+token/with=signs' },
  ],
  ['another region and service', { method: 'POST', path: '/', body: 'x', region: 'eu-central-1', service: 'sts' }],
  ['repeated query keys', { method: 'GET', path: '/', rawQuery: 'b=2&a=2&a=1&b=' }],
  ['reserved characters in the query', { method: 'GET', path: '/', rawQuery: 'k%20ey=v%2Fal%3Due&%C3%A9=%E2%82%AC*' }],
  ['a name that is another with more behind', { method: 'GET', path: '/', rawQuery: 'a-b=1&a=2&ab=3' }],
  ['a path to be normalised', { method: 'GET', path: '/a/./b/../c//d/' }],
  ['a path with escapes', { method: 'GET', path: '/a%20b/%C3%A9' }],
  ['blanks in a header', { method: 'GET', path: '/', headers: { 'x-amz-note': '  a   b  c ' } }],
  ['no body', { method: 'DELETE', path: '/' }],
];

describe('[S42] what the SDKs sign is accepted', () => {
  test.each(REQUESTS)('%s, signed by @smithy/signature-v4', async (_, unsigned) => {
    verify(await signWithSmithy(unsigned));
  });

  test.each(REQUESTS)('%s, signed by aws4', (_, unsigned) => {
    verify(signWithAws4(unsigned));
  });

  test.each(REQUESTS)('%s, presigned by @smithy/signature-v4', async (_, unsigned) => {
    verify(await presignWithSmithy(unsigned, 60));
  });

  test.each(REQUESTS)('%s, presigned by aws4', (_, unsigned) => {
    verify(signWithAws4(unsigned, { isPresigned: true }));
  });

  test.each(REQUESTS)('%s, with another secret, is refused', async (_, unsigned) => {
    const request = await signWithSmithy(unsigned);
    expect(() => verify(request, { secretAccessKey: 'another' })).toThrow(/^The request signature we calculated/);
  });
});

describe('[S42] what botocore signed (recorded) is accepted', () => {
  const recorded = JSON.parse(readFileSync(new URL('vectors/botocore.json', import.meta.url), 'utf8')) as {
    readonly id: string;
    readonly request: Omit<SignedRequest, 'body'> & { readonly body: string };
  }[];

  test.each(recorded.map(({ id, request }) => [id, request] as const))('%s', (_, request) => {
    verify({ ...request, body: Buffer.from(request.body) });
  });
});
