import type { IncomingMessage } from 'node:http';

/** Bytes of a body that are kept before its request is handled; a form of a sign-in has far fewer. */
const ENOUGH = 16 * 1024;

/**
 * Calls back once a request has its whole body, or as much of it as is worth waiting for. Otherwise a thousand requests could be let in by their
 * heads, which cost nothing, and become work all at once when their bodies come. The body stays in the request. Never calls back if the client
 * goes away before.
 */
export function whenReceived(request: IncomingMessage, then: () => void): void {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    then();
    return;
  }
  const look = (): void => {
    if (!request.complete && request.readableLength < ENOUGH) return;
    request.removeListener('readable', look);
    then();
  };
  request.on('readable', look);
}
