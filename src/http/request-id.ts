import type { Random } from '../kernel/random.ts';

/** The header by which an answer names its request, for the log and the audit record. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** Makes the id of a request: 128 random bits as a UUID (version 4). One that the client sends is never taken over. */
export function makeRequestId(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
