import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from './client-address.ts';

/**
 * Returns all values of the header in which a trusted proxy passes on the client's certificate; `undefined` if the request did not come
 * from one, since any other sender could write anything there.
 */
export type ClientCertificateHeader = (request: IncomingMessage) => readonly string[] | undefined;

/** @param header The header's name in lower case. */
export function clientCertificateHeader(header: string, proxies: TrustedProxies): ClientCertificateHeader {
  return (request) => (proxies.peerOf(request.socket).isProxy ? (request.headersDistinct[header] ?? []) : undefined);
}
