import { describe, expect, test } from '@jest/globals';
import { formatAmzDate, parseAmzDate, parseDateHeader } from '../../../src/wire/sigv4/amz-date.ts';
import { presignWithSmithy, SIGNED_AT, signWithAws4, verify } from './signing.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('[S42] the time of signing', () => {
  const request = signWithAws4({ method: 'POST', path: '/', body: 'x' });

  test.each([-15 * MINUTE, 0, 15 * MINUTE, 15 * MINUTE + 999])('is accepted %i ms later', (later) => {
    verify(request, { now: SIGNED_AT + later });
  });

  test('is refused when over 15 minutes ago', () => {
    expect(() => verify(request, { now: SIGNED_AT + 25 * MINUTE })).toThrow(
      /^Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z \(20260101T002500Z - 15 min\.\)$/,
    );
    expect(() => verify(request, { now: SIGNED_AT + 15 * MINUTE + SECOND })).toThrow(/^Signature expired/);
  });

  test('is refused when over 15 minutes ahead', () => {
    expect(() => verify(request, { now: SIGNED_AT - 20 * MINUTE })).toThrow(
      /^Signature not yet current: 20260101T000000Z is still later than 20251231T235500Z \(20251231T234000Z \+ 15 min\.\)$/,
    );
    expect(() => verify(request, { now: SIGNED_AT - 15 * MINUTE - SECOND })).toThrow(/^Signature not yet current/);
  });
});

describe('[S42] a presigned request', () => {
  test.each([1, 90, 3600, 604_800])('is valid for the %i s that it says', async (seconds) => {
    const request = await presignWithSmithy({ method: 'GET', path: '/' }, seconds);
    verify(request, { now: SIGNED_AT + seconds * SECOND });
    expect(() => verify(request, { now: SIGNED_AT + (seconds + 1) * SECOND })).toThrow(/^Signature expired/);
  });

  test('gives times that are not whole minutes in seconds', async () => {
    const request = await presignWithSmithy({ method: 'GET', path: '/' }, 90);
    expect(() => verify(request, { now: SIGNED_AT + 5 * MINUTE })).toThrow(
      /^Signature expired: 20260101T000000Z is now earlier than 20260101T000330Z \(20260101T000500Z - 90 sec\.\)$/,
    );
  });

  test('is valid for 15 minutes by default', () => {
    const request = signWithAws4({ method: 'GET', path: '/' }, { isPresigned: true });
    verify(request, { now: SIGNED_AT + 15 * MINUTE });
    expect(() => verify(request, { now: SIGNED_AT + 16 * MINUTE })).toThrow(/15 min/);
  });
});

describe('dates', () => {
  test.each([
    ['20260101T000000Z', Date.UTC(2026, 0, 1)],
    ['20240229T235959Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
  ])('%s', (text, time) => {
    expect(parseAmzDate(text)).toBe(time);
    expect(formatAmzDate(time)).toBe(text);
  });

  test.each([
    '',
    '20260101T000000',
    '20260101T000000z',
    '20260101 000000Z',
    '2026010xT000000Z',
    '20260229T000000Z',
    '20260431T000000Z',
    '20261301T000000Z',
    '20260001T000000Z',
    '20260100T000000Z',
    '20260101T240000Z',
    '20260101T006000Z',
    '20260101T000060Z',
    '19691231T000000Z',
    '2026-01-01T00:00',
  ])('not a date: %s', (text) => {
    expect(parseAmzDate(text)).toBeUndefined();
  });

  test('[RFC 9110 §5.6.7] the Date header', () => {
    expect(parseDateHeader('Thu, 01 Jan 2026 00:00:00 GMT')).toBe(Date.UTC(2026, 0, 1));
    expect(parseDateHeader('20260101T000000Z')).toBe(Date.UTC(2026, 0, 1));
    expect(parseDateHeader('Thu, 01 Foo 2026 00:00:00 GMT')).toBeUndefined();
    expect(parseDateHeader('Thursday, 01-Jan-26 00:00:00 GMT')).toBeUndefined();
  });
});
