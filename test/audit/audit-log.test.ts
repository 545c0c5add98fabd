import { describe, expect, test } from '@jest/globals';
import { queryAudit } from '../../src/audit/query-audit.ts';
import { testStores } from '../keys/open-test-store.ts';
import { ACCOUNT, auditEvent, auditEvents } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();

describe('the audit log', () => {
  test('[S48] an event is completely stored when its promise resolves, and logged', async () => {
    const audit = openAudit(await newStore());
    const event = auditEvent(1);
    await audit.record(event);
    expect((await queryAudit(audit.blocks, { accountId: ACCOUNT })).items).toEqual([event]);
    expect(audit.logged).toEqual([event]);
  });

  test('concurrent events are batched, and all are stored', async () => {
    const audit = openAudit(await newStore());
    const events = auditEvents(0, 30).flatMap((event) => Array.from({ length: 40 }, () => event));
    await Promise.all(events.map(audit.record));
    const counted = { chains: 1, batches: 2, blocks: 2, events: 1200 };
    expect(await audit.verify()).toEqual({ ...counted, faults: [], unnamed: [] });
    const { items } = await queryAudit(audit.blocks, { accountId: ACCOUNT, limit: 2000, oldestFirst: true });
    expect(items).toEqual(events);
  });

  test('one promise serves all events of a batch, and each account has its block', async () => {
    const audit = openAudit(await newStore());
    const { accountId: _, ...nobodys } = auditEvent(3);
    const promises = [auditEvent(1), auditEvent(2, { accountId: '999999999999' }), nobodys].map(audit.record);
    expect(new Set(promises).size).toBe(1);
    await promises[0];
    const [batch, ...more] = (await audit.batches.find('key', [])).items;
    expect(more).toEqual([]);
    expect(batch?.blocks.map((reference) => reference.split('/')[0])).toEqual([ACCOUNT, '999999999999', '']);
    expect(await audit.verify()).toMatchObject({ blocks: 3, events: 3, faults: [], unnamed: [] });
  });

  test.each([
    ['1000 events', 1001, {}, 2],
    ['about 1 MiB of text', 5, { userAgent: 'x'.repeat(2 ** 18 - 1000) }, 2],
    ['an event that is larger than that', 2, { userAgent: 'x'.repeat(2 ** 20) }, 2],
  ])('a batch contains at most %s', async (_, count, given, batches) => {
    const audit = openAudit(await newStore());
    await Promise.all(Array.from({ length: count }, () => audit.record(auditEvent(1, given))));
    expect(await audit.verify()).toMatchObject({ batches, events: count, faults: [] });
  });

  test('a batch spans at most 30 seconds', async () => {
    const audit = openAudit(await newStore());
    await Promise.all(auditEvents(0, 61).map(audit.record));
    expect(await audit.verify()).toMatchObject({ batches: 3, events: 61 });
  });

  test('flush waits for events that nothing else awaits', async () => {
    const audit = openAudit(await newStore());
    await audit.flush();
    for (let n = 0; n < 50; n++) void audit.record(auditEvent(n, { readOnly: true }));
    await audit.flush();
    expect(await audit.verify()).toMatchObject({ events: 50 });
    await audit.flush();
  });

  test('allowed reads are written without a flush, together with a later change', async () => {
    const audit = openAudit(await newStore());
    await audit.record(auditEvent(1, { readOnly: true }));
    const read = audit.record(auditEvent(2, { readOnly: true }));
    expect(audit.record(auditEvent(3))).toBe(read);
    await read;
    expect(await audit.verify()).toMatchObject({ batches: 2, events: 3 });
  });

  test('close waits for accepted events, and refuses later ones', async () => {
    const audit = openAudit(await newStore());
    const taken = audit.record(auditEvent(1, { readOnly: true }));
    await audit.close();
    await taken;
    await expect(audit.record(auditEvent(2))).rejects.toThrow(/closed/);
    expect(await audit.verify()).toMatchObject({ events: 1 });
  });

  test('an event recorded twice is stored twice, and does not affect the others', async () => {
    const audit = openAudit(await newStore());
    await audit.record(auditEvent(1));
    await Promise.all([1, 2, 3].map((n) => audit.record(auditEvent(n))));
    expect(await audit.ask({ limit: 10 })).toEqual(['3,2,1,1']);
    expect((await audit.verify()).faults).toEqual([]);
  });

  test('a full queue asks callers to wait, and rejects events rather than dropping them silently', async () => {
    const audit = openAudit(await newStore(), { maxWaiting: 10 });
    expect(audit.whenRoom()).toBeUndefined();
    const taken = Array.from({ length: 100 }, (_, n) => audit.record(auditEvent(n)));
    const room = audit.whenRoom();
    expect(room).toBeInstanceOf(Promise);
    expect(audit.whenRoom()).toBe(room);
    await expect(audit.record(auditEvent(100))).rejects.toThrow(/more events waiting/);
    await room;
    await Promise.all(taken);
    expect(await audit.verify()).toMatchObject({ events: 100 });
    expect(audit.logged).toHaveLength(101);
  });

  test('a store failure rejects every waiting caller, and flush still resolves', async () => {
    const store = await newStore();
    const audit = openAudit(store);
    await store.close();
    const told = [audit.record(auditEvent(1)), audit.record(auditEvent(2))].map((each) =>
      expect(each).rejects.toThrow(/closed/),
    );
    await audit.flush();
    await Promise.all(told);
    expect(audit.head()).toBeUndefined();
  });
});
