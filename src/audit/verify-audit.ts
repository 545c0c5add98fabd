import type { Collection } from '../ports/collections.ts';
import { batchHash } from './audit-chain.ts';
import { type AuditBatch, keyOfReference, type StoredEvent } from './stored-audit.ts';

/** Where the record is not what was recorded. */
export interface AuditFault {
  readonly chainId: string;
  readonly sequence: string;
  readonly problem: 'event missing' | 'changed' | 'batch missing' | 'not tied to the batch before';
  /** `accountId/eventId`, where one event is at fault. */
  readonly event?: string;
}

export interface AuditVerification {
  readonly chains: number;
  readonly batches: number;
  readonly events: number;
  readonly faults: readonly AuditFault[];
}

export interface AuditRecord {
  readonly events: Collection<StoredEvent>;
  readonly batches: Collection<AuditBatch>;
}

const PAGE = 100;

/**
 * Goes through all chains and tells where an event or a batch was changed, removed or moved. What was cut off at the very end
 * shows only against a link noted elsewhere (`AuditLog.head`), or where a later chain follows what was cut.
 */
export async function verifyAudit({ events, batches }: AuditRecord): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  const count = { chains: 0, batches: 0, events: 0 };
  let before: AuditBatch | undefined;
  for await (const batch of allBatches(batches)) {
    const sameChain = before?.chainId === batch.chainId ? before : undefined;
    if (sameChain === undefined) count.chains++;
    count.batches++;
    count.events += batch.events.length;
    faults.push(...(await placeFaults(batch, sameChain, batches)), ...(await contentFaults(batch, events)));
    before = batch;
  }
  return { ...count, faults };
}

async function* allBatches(batches: Collection<AuditBatch>): AsyncGenerator<AuditBatch> {
  let after: string | undefined;
  do {
    const page = await batches.find('key', [], { limit: PAGE, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** Whether the batch follows what it says it follows. */
async function placeFaults(
  batch: AuditBatch,
  sameChain: AuditBatch | undefined,
  batches: Collection<AuditBatch>,
): Promise<AuditFault[]> {
  const { chainId, sequence, previousHash, follows } = batch;
  const fault = (problem: AuditFault['problem']): AuditFault[] => [{ chainId, sequence, problem }];
  if (Number(sequence) !== Number(sameChain?.sequence ?? '0') + 1) return fault('batch missing');
  if (sameChain !== undefined) return previousHash === sameChain.hash ? [] : fault('not tied to the batch before');
  if (follows === undefined) return previousHash === '' ? [] : fault('not tied to the batch before');
  const [followedChain = '', followedSequence = ''] = follows.split('/');
  const followed = await batches.get([followedChain, followedSequence]);
  if (followed === undefined) return fault('batch missing');
  return previousHash === followed.hash ? [] : fault('not tied to the batch before');
}

async function contentFaults(batch: AuditBatch, events: Collection<StoredEvent>): Promise<AuditFault[]> {
  const { chainId, sequence } = batch;
  const texts: string[] = [];
  for (const reference of batch.events) {
    const stored = await events.get(keyOfReference(reference));
    if (stored === undefined) return [{ chainId, sequence, problem: 'event missing', event: reference }];
    texts.push(stored.text);
  }
  return batchHash(batch, texts) === batch.hash ? [] : [{ chainId, sequence, problem: 'changed' }];
}
