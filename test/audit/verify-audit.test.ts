import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { batchHash } from '../../src/audit/audit-chain.ts';
import { type AuditBlock, keyOfReference } from '../../src/audit/stored-audit.ts';
import { testStores } from '../keys/open-test-store.ts';
import { ACCOUNT, auditEvent } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();

describe('[S48] the hash chain', () => {
  /** Two processes, one after the other, with four batches of two events each; the last has a block of another account too. */
  async function recorded() {
    const store = await newStore();
    const first = openAudit(store);
    const second = openAudit(store);
    for (let n = 0; n < 4; n++) await Promise.all([auditEvent(n), auditEvent(n)].map(first.record));
    for (let n = 4; n < 7; n++) await Promise.all([auditEvent(n), auditEvent(n)].map(second.record));
    await Promise.all([auditEvent(7), auditEvent(7, { accountId: '999999999999' })].map(second.record));
    const { items } = await second.batches.find('key', []);
    const batch = (n: number) => items[n] ?? { chainId: '', sequence: '', previousHash: '', blocks: [], hash: '' };
    return {
      audit: second,
      head: second.head,
      batch,
      keyOf: (n: number) => [batch(n).chainId, batch(n).sequence],
      block: (n: number) => batch(n).blocks[0] ?? '',
    };
  }

  test('continues across processes', async () => {
    const { audit, head, batch } = await recorded();
    const counted = { chains: 2, batches: 8, blocks: 9, events: 16 };
    expect(await audit.verify()).toEqual({ ...counted, faults: [], unnamed: [] });
    const { chainId, sequence, hash } = batch(7);
    expect(sequence).toBe('000000000004');
    expect(head()).toEqual({ chainId, sequence, hash });
  });

  test.each([
    ['changed', (lines: string) => lines.replace('allowed', 'denied')],
    ['removed', (lines: string) => lines.split('\n').slice(1).join('\n')],
    ['added', (lines: string) => `${lines}\n${lines.split('\n')[0]}`],
    ['moved', (lines: string) => lines.split('\n').reverse().join('\n').replace('"iam"', '"sts"')],
  ])('reveals an event that was %s', async (_, change) => {
    const { audit, block } = await recorded();
    await audit.blocks.update(keyOfReference(block(2)), (old) => ({ ...old, lines: change(old.lines) }));
    expect((await audit.verify()).faults).toMatchObject([{ sequence: '000000000003', problem: 'changed' }]);
  });

  test.each([
    [
      'another text',
      (old: AuditBlock) => ({ ...old, lines: deflateRawSync('{"eventId":"made up"}').toString('base64') }),
    ],
    ['what cannot be unpacked', (old: AuditBlock) => ({ ...old, lines: old.lines.slice(100) })],
    ['its packed text, said to be plain', (old: AuditBlock) => ({ ...old, packed: false })],
  ])('reveals a packed block that was made %s', async (_, change) => {
    const audit = openAudit(await newStore());
    await Promise.all(Array.from({ length: 100 }, () => audit.record(auditEvent(1))));
    const [stored] = (await audit.blocks.find('key', [])).items;
    expect(stored?.packed).toBe(true);
    expect(await audit.verify()).toMatchObject({ events: 100, faults: [] });
    await audit.blocks.update([ACCOUNT, stored?.blockId ?? ''], change);
    expect((await audit.verify()).faults).toMatchObject([{ problem: 'changed' }]);
  });

  test('reveals a removed block', async () => {
    const { audit, block } = await recorded();
    await audit.blocks.remove(keyOfReference(block(7)));
    const { faults, events } = await audit.verify();
    expect(faults).toMatchObject([{ sequence: '000000000004', problem: 'block missing', block: block(7) }]);
    expect(events).toBe(15);
  });

  test('reveals a block moved to another account, even if the batch was adjusted', async () => {
    const { audit, batch, block, keyOf } = await recorded();
    const { blockId = '', lines = '' } = (await audit.blocks.remove(keyOfReference(block(1)))) ?? {};
    await audit.blocks.insert({ accountId: '9', blockId, lines });
    await audit.batches.update(keyOf(1), (old) => ({
      ...old,
      blocks: batch(1).blocks.map((name) => name.replace(ACCOUNT, '9')),
    }));
    expect((await audit.verify()).faults).toMatchObject([{ sequence: '000000000002', problem: 'changed' }]);
  });

  test('reveals a block that no batch names', async () => {
    const { audit } = await recorded();
    const lines = JSON.stringify(auditEvent(3));
    await audit.blocks.insert({ accountId: ACCOUNT, blockId: '0'.repeat(32), lines });
    expect(await audit.verify()).toMatchObject({ faults: [], events: 16, unnamed: [`${ACCOUNT}/${'0'.repeat(32)}`] });
  });

  test.each([
    ['in the middle', 1, '000000000003'],
    ['the end of a former chain', 3, '000000000001'],
  ])('reveals a removed batch: %s', async (_, index, sequence) => {
    const { audit, keyOf, block } = await recorded();
    await audit.batches.remove(keyOf(index));
    expect(await audit.verify()).toMatchObject({
      faults: [{ sequence, problem: 'batch missing' }],
      unnamed: [block(index)],
    });
  });

  test('reveals a batch rehashed after its block was changed', async () => {
    const { audit, batch, block, keyOf } = await recorded();
    const changed = await audit.blocks.update(keyOfReference(block(1)), (old) => ({
      ...old,
      lines: old.lines.replace('allowed', 'denied'),
    }));
    const hash = batchHash(batch(1), changed === undefined ? [] : [changed]);
    await audit.batches.update(keyOf(1), (old) => ({ ...old, hash }));
    expect((await audit.verify()).faults).toMatchObject([
      { sequence: '000000000003', problem: 'not tied to the batch before' },
    ]);
  });

  test('reveals a block removed from its batch, even if the batch was rehashed', async () => {
    const { audit, keyOf, block } = await recorded();
    await audit.batches.update(keyOf(1), (old) => ({ ...old, blocks: [], hash: 'new' }));
    const { faults, unnamed } = await audit.verify();
    expect(faults.map(({ problem }) => problem)).toEqual(['changed', 'not tied to the batch before']);
    expect(unnamed).toEqual([block(1)]);
  });
});
