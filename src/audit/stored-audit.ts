import { z } from 'zod';
import type { AuditEvent } from '../kernel/audit-event.ts';
import type { CollectionDeclaration } from '../ports/collections.ts';

const storedEventShape = z.object({ accountId: z.string(), eventId: z.string(), text: z.string() });
/**
 * An audit event as it is stored: its JSON as one text, which is what the chain hashes, so that no store can change it by
 * reordering fields. The shape checks three texts and not the event's depth: ten thousand events a second go through here,
 * and their type is checked at compile time.
 */
export type StoredEvent = z.infer<typeof storedEventShape>;

/** Event ids begin with the time, so the key alone gives an account's events in their order; there is no other index to keep. */
export const auditEvents: CollectionDeclaration<StoredEvent> = {
  name: 'audit-events',
  shape: storedEventShape,
  key: ['accountId', 'eventId'],
  unique: {},
  indexes: {},
};

/** The account of events that have none (a sign-in by an unknown name). */
export const NO_ACCOUNT = '';

const auditBatchShape = z.object({
  chainId: z.string(),
  /** 12 digits, so that texts sort as the numbers do. */
  sequence: z.string(),
  /** Hash of the batch before in this chain; of the first, the hash of `follows`, or empty. */
  previousHash: z.string(),
  hash: z.string(),
  /** For the first of a chain: the newest batch that the store held then (`chainId/sequence`). */
  follows: z.string().optional(),
  /** `accountId/eventId` of the batch's events, in the order in which they are hashed. */
  events: z.array(z.string()),
});
/** A link of a chain: which events were recorded together, and the hash that ties them to all before. */
export type AuditBatch = z.infer<typeof auditBatchShape>;

export const auditBatches: CollectionDeclaration<AuditBatch> = {
  name: 'audit-batches',
  shape: auditBatchShape,
  key: ['chainId', 'sequence'],
  unique: {},
  indexes: {},
};

export function storedEvent(event: AuditEvent): StoredEvent {
  return { accountId: event.accountId ?? NO_ACCOUNT, eventId: event.eventId, text: JSON.stringify(event) };
}

export function eventOf({ text }: StoredEvent): AuditEvent {
  return JSON.parse(text) as AuditEvent;
}

/** How a batch names an event. */
export function referenceOf({ accountId, eventId }: StoredEvent): string {
  return `${accountId}/${eventId}`;
}

/** The key of the event that a batch names. Account ids hold no slash. */
export function keyOfReference(reference: string): readonly [accountId: string, eventId: string] {
  const slash = reference.indexOf('/');
  return [reference.slice(0, slash), reference.slice(slash + 1)];
}
