import { describe, expect, test } from '@jest/globals';
import { type ChangeMark, changesSince } from '../../src/federation/directory-changes/change-mark.ts';
import { openSeenStamps } from '../../src/federation/directory-changes/seen-stamps.ts';
import { directoryEntry } from '../../src/federation/directory-client/directory-entry.ts';

const usn = (value: string, server = 'invocation cn=dc1'): ChangeMark => ({ by: 'usn', server, values: [value] });
const csn = (...values: readonly string[]): ChangeMark => ({ by: 'csn', server: 'ldaps://a', values });
const time = (...values: readonly string[]): ChangeMark => ({ by: 'time', server: 'ldaps://a', values });
const at = (seconds: string, server: string) => `202601010000${seconds}.000000Z#000000#${server}#000000`;
const entry = (attributes: Readonly<Record<string, string>>) =>
  directoryEntry(
    'uid=x',
    Object.entries(attributes).map(([name, value]) => [name, [Buffer.from(value)]] as const),
  );

describe('what has changed since a list', () => {
  test.each([
    ['a USN, with those of writes in progress', usn('5000'), usn('6000'), '4900'],
    ['a low USN', usn('10'), usn('10'), '0'],
    ['a USN beyond exact numbers', usn('9007199254740993000'), usn('9007199254740993001'), '9007199254740992900'],
    [
      'the provider that has changed',
      csn(at('01', '001'), at('30', '002')),
      csn(at('02', '001'), at('30', '002')),
      at('01', '001'),
    ],
    [
      'the earlier of two providers',
      csn(at('01', '001'), at('30', '002')),
      csn(at('40', '001'), at('50', '002')),
      at('01', '001'),
    ],
    [
      'no provider: the newest change finds itself',
      csn(at('01', '001'), at('30', '002')),
      csn(at('30', '002'), at('01', '001')),
      at('30', '002'),
    ],
    ['a time, with some minutes before it', time('20260101000500Z'), time(), '20251231235500Z'],
    ['a time with a fraction', time('20260101001500.123Z'), time(), '20260101000500Z'],
  ])('is asked by %s', (_what, last, now, from) => {
    expect(changesSince(last, now)).toEqual({ from });
  });

  test.each([
    ['another controller', usn('5000'), usn('6000', 'invocation cn=dc2')],
    ['a controller that was restored', usn('5000'), usn('6000', 'another cn=dc1')],
    ['a controller whose disk was set back', usn('5000'), usn('4999')],
    ['another way to tell', usn('5000'), csn(at('01', '001'))],
    ['another address', csn(at('01', '001')), { ...csn(at('02', '001')), server: 'ldaps://b' }],
    ['a replica that is behind', csn(at('02', '001'), at('02', '002')), csn(at('03', '001'), at('01', '002'))],
    ['a new provider', csn(at('01', '001')), csn(at('01', '001'), at('01', '002'))],
    ['a provider that is gone', csn(at('01', '001'), at('01', '002')), csn(at('01', '001'))],
    ['a mark that is no time', time('yesterday'), time()],
  ])('[TRAPS sync: delta] takes a list of everybody at %s', (_what, last, now) => {
    expect(changesSince(last, now)).toEqual({ fullBecause: expect.any(String) });
  });
});

describe('the mark of a list', () => {
  const now = Date.UTC(2026, 0, 1);
  test('[TRAPS sync: delta] by time is the newest that the server has sent, also over two lists', () => {
    const seen = openSeenStamps(time(), { now });
    for (const modifyTimestamp of ['20260101000002Z', '20260101000009Z', '20260101000005Z']) {
      seen.note(entry({ modifyTimestamp }));
    }
    expect(seen.mark()).toEqual(time('20260101000009Z'));
    expect(openSeenStamps(time(), { now, last: time('20260101000009Z') }).mark()).toEqual(time('20260101000009Z'));
    expect(openSeenStamps(time(), { now }).mark()).toBeUndefined();
  });

  test.each([
    [usn('5'), { uSNChanged: '3' }, usn('5')],
    [csn(at('01', '001')), { entryCSN: at('01', '001') }, csn(at('01', '001'))],
    [usn('5'), { modifyTimestamp: '20260101000002Z' }, undefined],
    [csn(at('01', '001')), {}, undefined],
    [time(), { modifyTimestamp: 'hidden' }, undefined],
    [time(), { modifyTimestamp: '20260101001000Z' }, time('20260101001000Z')],
    [time(), { modifyTimestamp: '20260101001001Z' }, undefined],
    [time(), { modifyTimestamp: '20360101000000Z' }, undefined],
  ])('%j with an entry %j is %j', (read, attributes, mark) => {
    const seen = openSeenStamps(read, { now });
    seen.note(entry(attributes));
    expect(seen.mark()).toEqual(mark);
  });
});
