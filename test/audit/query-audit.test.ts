import { describe, expect, test } from '@jest/globals';
import { queryAudit } from '../../src/audit/query-audit.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { InvalidCursorError } from '../../src/ports/collections.ts';
import { testStores } from '../keys/open-test-store.ts';
import { ACCOUNT, auditEvent, auditEvents, timeOf } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();

describe('querying events', () => {
  /** Ten events: alone, four together, and five together. */
  async function recorded() {
    const audit = openAudit(await newStore());
    await audit.record(auditEvent(0));
    await Promise.all(auditEvents(1, 4).map(audit.record));
    await Promise.all(auditEvents(5, 5).map(audit.record));
    return audit;
  }

  test.each([
    ['newest first', {}, '9,8,7|6,5,4|3,2,1|0'],
    ['oldest first', { oldestFirst: true }, '0,1,2|3,4,5|6,7,8|9'],
    ['within a range of time, the end not included', { from: timeOf(2), until: timeOf(7) }, '6,5,4|3,2'],
    ['so, oldest first', { from: timeOf(2), until: timeOf(7), oldestFirst: true }, '2,3,4|5,6'],
    ['from between two', { from: timeOf(8) - 0.5 }, '9,8'],
    ['until between two', { until: timeOf(1) + 0.5 }, '1,0'],
    ['a whole number of pages has no empty one after it', { from: timeOf(4) }, '9,8,7|6,5,4'],
    ['in one page', { limit: 10 }, '9,8,7,6,5,4,3,2,1,0'],
    ['of no time', { from: timeOf(5), until: timeOf(5) }, ''],
    ['before all', { until: timeOf(0) }, ''],
    ['of an account that has none', { accountId: '000000000000' }, ''],
  ])('%s', async (_, query, pages) => {
    expect((await (await recorded()).ask(query)).join('|')).toBe(pages);
  });

  test('[S46] returns only events of one account, or of none', async () => {
    const audit = await recorded();
    await audit.record(auditEvent(11, { accountId: '999999999999' }));
    const { accountId: _, ...nobodys } = auditEvent(77);
    await audit.record(nobodys);
    expect(await audit.ask({ accountId: '999999999999' })).toEqual(['11']);
    expect((await queryAudit(audit.blocks, {})).items).toEqual([nobodys]);
    expect((await audit.ask({ limit: 100 })).join()).toBe('9,8,7,6,5,4,3,2,1,0');
  });

  test('events are ordered by recording time: a long request appears when it ended', async () => {
    const audit = await recorded();
    await audit.record(auditEvent(3, { requestId: 'request-long' }));
    expect((await audit.ask({ from: timeOf(3), limit: 100 })).join()).toBe('long,9,8,7,6,5,4,3');
    expect((await audit.ask({ from: timeOf(3), until: timeOf(5), limit: 100 })).join()).toBe('long,4,3');
  });

  test('a page spans many blocks', async () => {
    const audit = openAudit(await newStore());
    for (const event of auditEvents(0, 40)) await audit.record(event);
    const newest = Array.from({ length: 40 }, (_, n) => String(39 - n)).join();
    expect(await audit.ask({ limit: 40 })).toEqual([newest]);
    expect((await audit.ask({ limit: 7 })).join()).toBe(newest);
  });

  test('blocks written within one millisecond keep their order', async () => {
    const audit = openAudit(await newStore());
    for (let n = 0; n < 10; n++) await audit.record(auditEvent(1, { requestId: `request-${n}` }));
    expect(await audit.ask({ limit: 10 })).toEqual(['9,8,7,6,5,4,3,2,1,0']);
  });

  test('wanted events only: a page is full or ends after so many were looked at, and none is missing or repeated', async () => {
    const audit = await recorded();
    const wanted = { mark: 'request-', isWanted: ({ requestId }: AuditEvent) => Number(requestId.slice(-1)) % 3 === 0 };
    expect(await audit.ask({ limit: 2, wanted })).toEqual(['9,6', '3,0']);
    expect(await audit.ask({ limit: 2, wanted, mostRead: 4 })).toEqual(['9,6', '3', '0']);
    expect(await audit.ask({ limit: 2, wanted, mostRead: 1 })).toEqual(['9', '', '', '6', '', '', '3', '', '', '0']);
    // A page has an event, however long it is.
    expect(await audit.ask({ limit: 3, wanted, mostText: 1 })).toEqual(['9', '6', '3', '0']);
    expect(await audit.ask({ limit: 4, wanted, mostRead: 10 })).toEqual(['9,6,3,0']);
    expect(await audit.ask({ limit: 2, wanted: { ...wanted, mark: 'request-6' } })).toEqual(['6']);
  });

  test('events whose text does not begin with the id are also found by time', async () => {
    const audit = openAudit(await newStore());
    const { eventId, ...rest } = auditEvent(1);
    await audit.record({ ...rest, eventId });
    expect(await audit.ask({ from: timeOf(1), until: timeOf(2) })).toEqual(['1']);
    expect(await audit.ask({ from: timeOf(2) })).toEqual(['']);
  });

  test.each(['', 'x', '../../etc', `${'0'.repeat(32)}.`, `${'0'.repeat(32)}.-1`, `${'0'.repeat(31)}.1`])(
    '%j is refused as a cursor',
    async (after) => {
      const { blocks } = openAudit(await newStore());
      await expect(queryAudit(blocks, { accountId: ACCOUNT, after })).rejects.toThrow(InvalidCursorError);
    },
  );
});
