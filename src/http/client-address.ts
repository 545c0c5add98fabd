import type { IncomingMessage } from 'node:http';

/**
 * The client's address. `X-Forwarded-For` counts only where a proxy of ours is known to write it, and then only its last
 * entry, the one that this proxy wrote: whatever stands before it the client may have made up.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const peer = request.socket.remoteAddress ?? '';
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
  const address = entries.at(-1)?.trim() || peer;
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
