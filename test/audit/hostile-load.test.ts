import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unpackLines } from '../../src/audit/packed-lines.ts';
import { allOf } from '../../src/audit/stored-audit.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import type { Collection, CollectionStore } from '../../src/ports/collections.ts';
import type { EmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { testStores } from '../keys/open-test-store.ts';
import { auditEvent } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();

/** What becomes of one insert: it is done, not done, or done and nobody hears of it; now, or some turns later. */
interface Fate {
  readonly outcome: 'done' | 'failed' | 'unheard';
  readonly turns: number;
}

const later = async (turns: number): Promise<void> => {
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
};

/** The same collections, whose inserts meet the fates given, in a circle. */
function fated({ collections }: EmbeddedStore, fates: readonly Fate[]): CollectionStore {
  let asked = 0;
  const meeting = async (insert: () => Promise<void>): Promise<void> => {
    const { outcome, turns } = fates[asked++ % fates.length] as Fate;
    await later(turns);
    if (outcome !== 'failed') await insert();
    if (outcome !== 'done') throw new Error('the store has failed');
  };
  const open: CollectionStore['open'] = <Document extends object>(declaration: never) => {
    const real: Collection<Document> = collections.open(declaration);
    return {
      ...real,
      insert: (document: Document) => meeting(() => real.insert(document)),
      insertMany: (documents: readonly Document[]) => meeting(() => real.insertMany(documents)),
    };
  };
  return { open: open as CollectionStore['open'], ping: () => collections.ping(), close: () => collections.close() };
}

const ACCOUNTS = ['111122223333', '999999999999', '123456789012', '000000000001', '555555555555', undefined];
const fate = fc.record({
  outcome: fc.constantFrom<Fate['outcome']>('done', 'done', 'done', 'failed', 'unheard'),
  turns: fc.nat(6),
});
const fates = fc.oneof(
  fc.array(fate, { minLength: 1, maxLength: 8 }),
  fc.constant<readonly Fate[]>([{ outcome: 'done', turns: 0 }]),
);
/** Sizes on both sides of where blocks are packed, buffers grow and batches end. */
const steps = fc.array(
  fc.record({
    account: fc.nat(ACCOUNTS.length - 1),
    size: fc.oneof(fc.nat(300), fc.integer({ min: 7000, max: 40_000 }), fc.constant(300_000)),
    letter: fc.constantFrom('a', 'é', '\u2028', '😀'),
    readOnly: fc.boolean(),
    next: fc.constantFrom('on', 'on', 'turn', 'turn', 'turn', 'flush', 'settled'),
  }),
  { minLength: 1, maxLength: 100 },
);

describe('[S46] [S48] whatever the store does and in whatever order events arrive', () => {
  test('each acknowledged event is stored once, complete, in the block of its account only', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fates, fc.boolean(), async (asked, given, isClosed) => {
        const store = await newStore();
        const audit = openAudit({ ...store, collections: fated(store, given) });
        const sent: { event: AuditEvent; acknowledged: Promise<boolean> }[] = [];
        for (const { account, size, letter, readOnly, next } of asked) {
          const { accountId: _, ...nobodys } = auditEvent(sent.length % 40, { requestId: `request-${sent.length}` });
          const accountId = ACCOUNTS[account];
          const userAgent = letter.repeat(size / letter.length);
          const event: AuditEvent = { ...nobodys, ...(accountId !== undefined && { accountId }), userAgent, readOnly };
          const acknowledged = audit.record(event).then(
            () => true,
            () => false,
          );
          sent.push({ event, acknowledged });
          if (next === 'turn') await later(1);
          else if (next === 'flush') void audit.flush();
          else if (next === 'settled') await acknowledged;
        }
        await (isClosed ? audit.close() : audit.flush());
        const kept = await Promise.all(sent.map(({ acknowledged }) => acknowledged));

        const stored = new Map<string, AuditEvent[]>();
        for await (const block of allOf(audit.blocks)) {
          for (const line of unpackLines(block).split('\n')) {
            const event = JSON.parse(line) as AuditEvent;
            expect(block.accountId).toBe(event.accountId ?? '');
            stored.set(event.requestId, [...(stored.get(event.requestId) ?? []), event]);
          }
        }
        for (const [i, { event }] of sent.entries()) {
          const found = stored.get(event.requestId) ?? [];
          expect(found).toEqual(kept[i] || found.length > 0 ? [event] : []);
        }
        // What was hashed is what was stored.
        const { faults } = await audit.verify();
        if (given.every(({ outcome }) => outcome === 'done')) expect(faults).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
