import { hash } from 'node:crypto';
import type { BoundedCache } from '../../kernel/bounded-cache.ts';

/** `Action` and `Version` of the longest name are shorter. */
const LONGEST_REMEMBERED = 100;

/**
 * The SHA-256 of a body, in hexadecimal. That of a body with no more than two parameters is remembered: all who call an operation
 * without further ones send the same, and a look-up costs a fifth of the hash. Longer ones may hold secrets, and are not kept.
 */
export function hashOfPayload(body: Uint8Array, known: BoundedCache<string, string>): string {
  if (body.length > LONGEST_REMEMBERED) return hash('sha256', body);
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const digest = hash('sha256', body);
  if (text.startsWith('Action=') && text.split('&').length === 2 && text.includes('&Version=')) known.set(text, digest);
  return digest;
}
