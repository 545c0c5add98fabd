import { describe, expect, test } from '@jest/globals';
import { type AuditLogOptions, openAuditLog } from '../../src/audit/audit-log.ts';
import { queryAudit } from '../../src/audit/query-audit.ts';
import { auditBatches, auditEvents } from '../../src/audit/stored-audit.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { EmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { testStores } from '../keys/open-test-store.ts';
import { auditEvent } from './audit-events.ts';

const newStore = testStores();

function open({ collections }: EmbeddedStore, given: Partial<AuditLogOptions> = {}) {
  const logged: AuditEvent[] = [];
  const log = openAuditLog({
    collections,
    clock: systemClock,
    log: (json) => logged.push(JSON.parse(json) as AuditEvent),
    ...given,
  });
  const record = { events: collections.open(auditEvents), batches: collections.open(auditBatches) };
  return { ...log, ...record, logged, verify: () => verifyAudit(record) };
}

describe('the audit log', () => {
  test('[S48] an event is stored whole, once its promise resolves, and logged', async () => {
    const audit = open(await newStore());
    const event = auditEvent(1);
    await audit.record(event);
    expect((await queryAudit(audit.events, { accountId: '111122223333' })).items).toEqual([event]);
    expect(audit.logged).toEqual([event]);
  });

  test('events that come at once go together, and all are stored', async () => {
    const audit = open(await newStore());
    await Promise.all(Array.from({ length: 1200 }, (_, n) => audit.record(auditEvent(n))));
    expect(await audit.events.count('key', [])).toBe(1200);
    expect(await audit.batches.count('key', [])).toBeLessThanOrEqual(4);
    expect(await audit.verify()).toEqual({ chains: 1, batches: expect.any(Number), events: 1200, faults: [] });
  });

  test('flush waits for events that nobody awaits', async () => {
    const audit = open(await newStore());
    for (let n = 0; n < 50; n++) void audit.record(auditEvent(n, { readOnly: true }));
    await audit.flush();
    expect(await audit.events.count('key', [])).toBe(50);
    await audit.flush();
  });

  test('closing waits for what was taken, and refuses what comes later', async () => {
    const audit = open(await newStore());
    const taken = audit.record(auditEvent(1));
    await audit.close();
    await taken;
    await expect(audit.record(auditEvent(2))).rejects.toThrow(/closed/);
    expect(await audit.events.count('key', [])).toBe(1);
  });

  test('an event recorded twice does not disturb the others', async () => {
    const audit = open(await newStore());
    await audit.record(auditEvent(1));
    await Promise.all([1, 2, 3].map((n) => audit.record(auditEvent(n))));
    expect(await audit.events.count('key', [])).toBe(3);
    expect((await audit.verify()).faults).toEqual([]);
  });

  test('a full queue asks callers to wait, and refuses aloud before it leaves anything out', async () => {
    const audit = open(await newStore(), { mostWaiting: 10 });
    expect(audit.whenRoom()).toBeUndefined();
    const taken = Array.from({ length: 100 }, (_, n) => audit.record(auditEvent(n)));
    const room = audit.whenRoom();
    expect(room).toBeInstanceOf(Promise);
    await expect(audit.record(auditEvent(100))).rejects.toThrow(/more events waiting/);
    await room;
    await Promise.all(taken);
    expect(await audit.events.count('key', [])).toBe(100);
    expect(audit.logged).toHaveLength(101);
  });

  test('a store that fails is told to everyone who waits', async () => {
    const store = await newStore();
    const audit = open(store);
    await store.close();
    await expect(audit.record(auditEvent(1))).rejects.toThrow(/closed/);
  });
});

describe('asking for events', () => {
  test('gives those of one account, newest first, page by page, within a range of time', async () => {
    const audit = open(await newStore());
    const events = Array.from({ length: 10 }, (_, n) => auditEvent(n));
    await Promise.all(events.map(audit.record));
    await audit.record(auditEvent(3, { accountId: '999999999999', eventId: '000000000000ff' }));
    const { accountId: _, ...nobodys } = auditEvent(77);
    await audit.record(nobodys);
    const namesOf = async (query: object) => {
      const names: string[] = [];
      let after: string | undefined;
      do {
        const page = await queryAudit(audit.events, {
          accountId: '111122223333',
          limit: 3,
          ...query,
          ...(after && { after }),
        });
        names.push(...page.items.map(({ requestId }) => requestId.slice('request-'.length)));
        after = page.next;
      } while (after !== undefined);
      return names.join();
    };
    const at = (n: number) => Date.UTC(2030, 0, 1) + n * 1000;
    expect(await namesOf({})).toBe('9,8,7,6,5,4,3,2,1,0');
    expect(await namesOf({ oldestFirst: true })).toBe('0,1,2,3,4,5,6,7,8,9');
    expect(await namesOf({ from: at(2), until: at(5) })).toBe('4,3,2');
    expect(await namesOf({ from: at(8) - 0.5 })).toBe('9,8');
    expect(await namesOf({ accountId: '999999999999' })).toBe('3');
    expect((await queryAudit(audit.events, {})).items).toEqual([nobodys]);
  });
});

describe('[S48] the hash chain', () => {
  async function recorded() {
    const store = await newStore();
    const first = open(store);
    for (let n = 0; n < 4; n++) await first.record(auditEvent(n));
    const second = open(store);
    for (let n = 4; n < 8; n++) await second.record(auditEvent(n));
    const { items } = await second.batches.find('key', []);
    return { audit: second, batches: items, head: first.head };
  }
  const keyOf = (n: number) => ['111122223333', auditEvent(n).eventId];

  test('holds over processes', async () => {
    const { audit, head } = await recorded();
    expect(await audit.verify()).toEqual({ chains: 2, batches: 8, events: 8, faults: [] });
    expect(head()).toMatchObject({ sequence: '000000000004' });
  });

  test('shows an event that was changed', async () => {
    const { audit } = await recorded();
    await audit.events.update(keyOf(2), (old) => ({ ...old, text: old.text.replace('allowed', 'denied') }));
    expect((await audit.verify()).faults).toMatchObject([{ sequence: '000000000003', problem: 'changed' }]);
  });

  test('shows an event that was removed', async () => {
    const { audit } = await recorded();
    await audit.events.remove(keyOf(5));
    expect((await audit.verify()).faults).toMatchObject([{ problem: 'event missing', event: keyOf(5).join('/') }]);
  });

  test('shows a batch that was removed, also the end of a former chain', async () => {
    for (const [index, sequence] of [
      [1, '000000000003'],
      [3, '000000000001'],
    ] as const) {
      const { audit, batches } = await recorded();
      const batch = batches[index];
      await audit.batches.remove([batch?.chainId ?? '', batch?.sequence ?? '']);
      expect((await audit.verify()).faults).toMatchObject([{ sequence, problem: 'batch missing' }]);
    }
  });

  test('shows an event that was taken out of its batch, be the batch hashed anew', async () => {
    const { audit, batches } = await recorded();
    const batch = batches[1];
    await audit.batches.update([batch?.chainId ?? '', batch?.sequence ?? ''], (old) => ({
      ...old,
      events: [],
      hash: 'new',
    }));
    expect((await audit.verify()).faults.map(({ problem }) => problem)).toEqual([
      'changed',
      'not tied to the batch before',
    ]);
  });
});
