import { describe, expect, test } from '@jest/globals';
import { canonicalRequest } from '../../../src/wire/sigv4/canonical-request.ts';
import { canonicalPath, canonicalQuery } from '../../../src/wire/sigv4/canonical-uri.ts';
import { stringToSign } from '../../../src/wire/sigv4/string-to-sign.ts';

describe('canonical query', () => {
  test.each([
    ['', ''],
    ['&&a&', 'a='],
    ['b=1&a=2', 'a=2&b=1'],
    ['a=2&a=10&a=1&a=1', 'a=1&a=1&a=10&a=2'],
    ['a=%7e%2f+x', 'a=~%2F%20x'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=\u00e9', 'a=%E9'],
    ['a=\u20ac', 'a=%E2%82%AC'],
    ['a=\ud800', 'a=%EF%BF%BD'],
    ['X-Amz-Signature=1', 'X-Amz-Signature=1'],
  ])('%s', (raw, canonical) => {
    expect(canonicalQuery(raw, false)).toBe(canonical);
  });

  test('of a presigned request excludes the signature, however it is spelled', () => {
    expect(canonicalQuery('X-Amz-Signature=1&X%2DAmz-Signature=2&a=b', true)).toBe('a=b');
  });

  test.each(['%', '%4', '%4g', '%%41', 'a=%zz'])('%s is refused', (raw) => {
    expect(() => canonicalQuery(raw, false)).toThrow('Illegal hex character in escape % pattern.');
  });
});

describe('canonical path', () => {
  test.each([
    ['', '/'],
    ['/', '/'],
    ['//', '/'],
    ['/..', '/'],
    ['/../../a', '/a'],
    ['/a/', '/a/'],
    ['a', '/a'],
    ['/a%2Fb', '/a%252Fb'],
    ['/\u00e9', '/%E9'],
    ['/\u{1f600}', '/%F0%9F%98%80'],
  ])('%s', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical);
  });
});

test('header values that come as a list are joined by commas', () => {
  const request = {
    method: 'GET',
    path: '/',
    rawQuery: '',
    headers: { host: 'h', a: [' 1 ', '2  3'] },
    body: Buffer.alloc(0),
  };
  const parts = { isPresigned: false, signedHeaders: ['a', 'host'], payloadHash: 'hash' };
  expect(canonicalRequest(request, parts)).toBe('GET\n/\n\na:1,2 3\nhost:h\n\na;host\nhash');
});

test('an inherited property is not a header', () => {
  const request = { method: 'GET', path: '/', rawQuery: '', headers: { host: 'h' }, body: Buffer.alloc(0) };
  for (const name of ['constructor', '__proto__', 'toString']) {
    const parts = { isPresigned: false, signedHeaders: [name, 'host'], payloadHash: 'hash' };
    expect(() => canonicalRequest(request, parts)).toThrow(`The signed header '${name}' is missing from the request.`);
  }
});

test('bytes beyond ASCII are hashed as received', () => {
  const scope = { date: '20260101', region: 'r', service: 's' };
  const asLatin1 = stringToSign('20260101T000000Z', scope, Buffer.from('caf\u00e9').toString('latin1'));
  // SHA-256 of the UTF-8 bytes of the text
  expect(asLatin1.split('\n')[3]).toBe('850f7dc43910ff890f8879c0ed26fe697c93a067ad93a7d50f466a7028a9bf4e');
});
