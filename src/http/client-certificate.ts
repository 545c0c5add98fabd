import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './client-address.ts';

/**
 * Returns all values of the header in which a trusted proxy passes on the client's certificate; `undefined` if the request did not come
 * from one, since any other sender could write anything there.
 */
export type ClientCertificateHeader = (request: IncomingMessage) => readonly string[] | undefined;

/** @param headerNow The header's name in lower case; `undefined` while no certificates are expected. */
export function clientCertificates(
  headerNow: () => string | undefined,
  proxies: TrustedProxies,
): ClientCertificateHeader {
  return (request) => {
    const header = headerNow();
    if (header === undefined || !proxies.peerOf(request.socket).isProxy) return undefined;
    return request.headersDistinct[header] ?? [];
  };
}
