import { CreateUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { type AuditRetentionOptions, openAuditRetention } from '../../src/audit/audit-retention.ts';
import { auditBytes } from '../../src/audit/trim-audit.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import type { EmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { testStores } from '../keys/open-test-store.ts';
import { serveInProcess, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { auditEvent, timeOf } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();
const DAY = 86_400_000;

type Audit = ReturnType<typeof openAudit>;

/** A retention that looks only when it is told to. */
function retentionOf(store: EmbeddedStore, audit: Audit, given: Partial<AuditRetentionOptions>) {
  const warnings: object[] = [];
  const faults: unknown[] = [];
  const retention = openAuditRetention({
    collections: store.collections,
    ephemeral: { setIfAbsent: async () => true },
    record: audit.record,
    clock: { now: () => timeOf(0) + 30 * DAY },
    keepDays: undefined,
    maxBytes: undefined,
    warn: (_message, facts) => warnings.push(facts),
    onFault: (fault) => faults.push(fault),
    ...given,
  });
  return { ...retention, warnings, faults };
}

/** Events of two processes in turn, a batch each, in these days. */
async function recordDays(store: EmbeddedStore, days: readonly number[]): Promise<Audit> {
  const audits = [openAudit(store), openAudit(store)];
  for (const [n, day] of days.entries()) {
    const time = timeOf(0) + day * DAY;
    const eventId = `${time.toString(16).padStart(12, '0')}${String(n).padStart(20, '0')}`;
    await audits[n % 2]?.record(auditEvent(n, { eventId, eventTime: new Date(time).toISOString() }));
  }
  return audits[0] as Audit;
}

const days = Array.from({ length: 30 }, (_, day) => day);
const numbersOf = async (audit: Audit): Promise<number[]> =>
  (await audit.ask({ oldestFirst: true, limit: 100 })).join().split(',').map(Number);

describe('[S48] retention of the record', () => {
  test('events older than the limit are removed from every chain, and the rest can be verified', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const retention = retentionOf(store, audit, { keepDays: 10 });
    await retention.check();
    expect(retention.faults).toEqual([]);
    expect(await numbersOf(audit)).toEqual(days.slice(20));
    expect(retention.trimmedBatches()).toBe(20);
    expect(await audit.verify()).toMatchObject({ chains: 2, faults: [], unnamed: [] });
    const trims = audit.logged.filter(({ eventName }: AuditEvent) => eventName === 'TrimAuditRecord');
    expect(trims).toMatchObject([{ request: { reason: 'age', batches: 20, until: '2030-01-20T00:00:00.000Z' } }]);
    await retention.close();
  });

  test('later batches, chains and processes are linked to what was removed', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const retention = retentionOf(store, audit, { clock: { now: () => timeOf(0) + 100 * DAY }, keepDays: 10 });
    await retention.check();
    await audit.record(auditEvent(50));
    await openAudit(store).record(auditEvent(51));
    expect(await audit.verify()).toMatchObject({ faults: [], unnamed: [] });
    await retention.check();
    await openAudit(store).record(auditEvent(52));
    expect(await audit.verify()).toMatchObject({ faults: [], unnamed: [] });
    await retention.close();
  });

  test('a record that is too large loses its oldest events, but no more than necessary', async () => {
    const store = await newStore();
    const audit = await recordDays(
      store,
      Array.from({ length: 200 }, (_, n) => n / 10),
    );
    const whole = (await auditBytes(audit)) ?? 0;
    const retention = retentionOf(store, audit, { maxBytes: whole / 2 });
    await retention.check();
    expect(retention.bytes()).toBeLessThanOrEqual(whole / 2);
    expect(retention.bytes()).toBeGreaterThan(whole / 3);
    const left = await numbersOf(audit);
    expect(left).toEqual(Array.from({ length: left.length }, (_, n) => 200 - left.length + n));
    expect(await audit.verify()).toMatchObject({ faults: [], unnamed: [] });
    const before = retention.trimmedBatches();
    await retention.check();
    expect(retention.trimmedBatches()).toBe(before);
    await retention.close();
  });

  test('if the store does not report sizes, nothing is removed by size, and a warning says so', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const collections: AuditRetentionOptions['collections'] = {
      ...store.collections,
      open: (declaration) => ({ ...store.collections.open(declaration), bytes: async () => undefined }),
    };
    const retention = retentionOf(store, audit, { collections, maxBytes: 1 });
    await retention.check();
    expect(retention.trimmedBatches()).toBe(0);
    expect(retention.warnings).toEqual([{ limit: 1 }]);
    await retention.close();
  });

  test('at 80 % of the limit, a warning is logged and nothing is removed', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const bytes = (await auditBytes(audit)) ?? 0;
    const calm = retentionOf(store, audit, { maxBytes: bytes * 1.3 });
    await calm.check();
    expect(calm.warnings).toEqual([]);
    const limit = bytes * 1.2;
    const nearly = retentionOf(store, audit, { maxBytes: limit });
    await nearly.check();
    expect(nearly.warnings).toEqual([{ bytes, limit }]);
    expect(await numbersOf(audit)).toEqual(days);
    await Promise.all([calm.close(), nearly.close()]);
  });

  test('a trim by someone else, or an interrupted one, is detected', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const retention = retentionOf(store, audit, { keepDays: 20 });
    await retention.check();
    const { items } = await audit.batches.find('key', []);
    const [first] = items;
    // Noted as removed, but still there: the process was killed between the two.
    const second = items[1];
    await audit.trims.update([second?.chainId ?? ''], (old) => ({
      ...old,
      sequence: second?.sequence ?? '',
      hash: second?.hash ?? '',
    }));
    expect((await audit.verify()).faults).toEqual([]);
    await audit.batches.remove([first?.chainId ?? '', first?.sequence ?? '']);
    expect((await audit.verify()).faults).toEqual([]);
    const third = items[2];
    await audit.batches.remove([third?.chainId ?? '', third?.sequence ?? '']);
    expect((await audit.verify()).faults).toMatchObject([{ problem: 'batch missing' }]);
    await retention.close();
  });

  test('several processes may check at the same time', async () => {
    const store = await newStore();
    const audit = await recordDays(store, days);
    const several = [1, 2, 3].map(() => retentionOf(store, audit, { keepDays: 10 }));
    await Promise.all(several.map(({ check }) => check()));
    expect(several.flatMap(({ faults }) => faults)).toEqual([]);
    expect(await numbersOf(audit)).toEqual(days.slice(20));
    expect(await audit.verify()).toMatchObject({ faults: [], unnamed: [] });
    await Promise.all(several.map(({ close }) => close()));
  });
});

describe('[S48] a server', () => {
  test('trims its record according to its settings, and reports the size and the limit', async () => {
    const directory = temporaryDirectory();
    const env = { ROLECALL_DATA_DIR: directory.path };
    const before = await startInProcess(env);
    await before.iam().send(new CreateUserCommand({ UserName: 'first' }));
    await before.close();
    const limits = { ROLECALL_AUDIT_KEEP_DAYS: '1', ROLECALL_AUDIT_KEEP_MB: '16' };
    const server = await serveInProcess({ ...env, ...limits });
    try {
      server.advance(3 * DAY);
      const trims = () => server.events.filter(({ eventName }) => eventName === 'TrimAuditRecord');
      // The first check runs a second after the start, later ones every minute.
      await until(() => trims().length > 0);
      expect(trims()).toMatchObject([{ eventSource: 'audit', actor: { type: 'Service' }, request: { reason: 'age' } }]);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toMatch(/^rolecall_audit_record_bytes \d+$/m);
      expect(metrics).toMatch(/^rolecall_audit_record_limit_bytes 16777216$/m);
      expect(metrics).toMatch(/^rolecall_audit_events_unstored_total 0$/m);
      expect(server.errors).toEqual([]);
    } finally {
      await server.close();
      directory.remove();
    }
  });
});
