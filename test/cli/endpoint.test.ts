import { describe, expect, test } from '@jest/globals';
import { parseEndpoint } from '../../src/cli/endpoint.ts';
import { printable } from '../../src/cli/printable.ts';

describe('the endpoint', () => {
  test.each([
    ['https://iam.example.com', 'https://iam.example.com'],
    ['https://IAM.example.com:8443/base/', 'https://iam.example.com:8443/base'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s', (text, expected) => {
    expect(parseEndpoint(text)).toBe(expected);
  });

  test.each([
    ['http://iam.example.com', /must begin with https/],
    ['http://10.0.0.1', /must begin with https/],
    ['http://localhost.example.com', /must begin with https/],
    ['http://127.0.0.1.example.com', /must begin with https/],
    ['ftp://localhost', /must begin with https/],
    ['https://user:secret@iam.example.com', /no user name/],
    ['https://iam.example.com/?a=b', /no user name, query/],
    ['iam.example.com', /is not a URL/],
  ])('%s is refused', (text, message) => {
    expect(() => parseEndpoint(text)).toThrow(message);
  });
});

test('a terminal gets no control characters, and nothing that turns text around', () => {
  expect(printable('a\u001b]0;title\u0007b\r\nc\u009b2Jd\u202ee')).toBe('a ]0;title b c 2Jd e');
  expect(printable('x'.repeat(2000))).toHaveLength(1001);
});
