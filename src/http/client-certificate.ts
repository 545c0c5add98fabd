import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TrustedProxies } from './client-address.ts';

/**
 * Returns all values of the header in which a trusted proxy passes on the client's certificate; `undefined` if the request did not come
 * from one, since any other sender could write anything there. A certificate of the connection itself is returned in the same form.
 */
export type ClientCertificateHeader = (request: IncomingMessage) => readonly string[] | undefined;

/** @param headerNow The header's name in lower case; `undefined` while no certificates are expected. */
export function clientCertificates(
  headerNow: () => string | undefined,
  proxies: TrustedProxies,
): ClientCertificateHeader {
  return (request) => {
    const header = headerNow();
    if (header === undefined) return undefined;
    if (proxies.peerOf(request.socket).isProxy) return request.headersDistinct[header] ?? [];
    const own = connectionCertificate(request.socket);
    // RFC 9440 §2.1.
    return own && [`:${own.raw.toString('base64')}:`];
  };
}

/** The headers by which proxies pass on certificates, in lower case. */
export interface CertificateHeaders {
  /** Absent: proxies pass on none. */
  readonly header?: string | undefined;
  /** Has the result of the proxy's verification. */
  readonly verifiedHeader?: string | undefined;
}

/** How a client certificate arrived, before anything about it is checked. */
export type ArrivedCertificate =
  | { readonly by: 'connection'; readonly x509: X509Certificate }
  | {
      readonly by: 'header';
      /** All values of the header. */
      readonly values: readonly string[];
      /** What the proxy says of its verification; `undefined` if it is not asked. */
      readonly verified: readonly string[] | undefined;
    }
  /** `isIgnored`: the header is there, but its sender is not a trusted proxy. */
  | { readonly by: 'nothing'; readonly isIgnored: boolean };

/**
 * Finds the client certificate of a request. From a trusted proxy, only the header counts: the certificate of its connection is its own. From
 * anyone else, only that of the connection does.
 */
export function certificateArrivals({ header, verifiedHeader }: CertificateHeaders, proxies: TrustedProxies) {
  return (request: IncomingMessage): ArrivedCertificate => {
    const values = header === undefined ? undefined : request.headersDistinct[header];
    if (header !== undefined && proxies.peerOf(request.socket).isProxy) {
      if (values === undefined || values.every((value) => value === '')) return { by: 'nothing', isIgnored: false };
      const verified = verifiedHeader === undefined ? undefined : (request.headersDistinct[verifiedHeader] ?? []);
      return { by: 'header', values, verified };
    }
    const x509 = connectionCertificate(request.socket);
    return x509 === undefined ? { by: 'nothing', isIgnored: values !== undefined } : { by: 'connection', x509 };
  };
}

/** Removes the headers from a request, so that nothing but {@link certificateArrivals} can take them for a certificate. */
export function removeCertificateHeaders(
  request: IncomingMessage,
  { header, verifiedHeader }: CertificateHeaders,
): void {
  if (header !== undefined) delete request.headers[header];
  if (verifiedHeader !== undefined) delete request.headers[verifiedHeader];
}

/** Of each connection that was asked, `null` if its client has none. It cannot change: all requests come from the same client. */
const ofConnection = new WeakMap<Socket, X509Certificate | null>();

/** The certificate that the client of a connection has proved to hold, in a TLS handshake with us. */
function connectionCertificate(socket: Socket): X509Certificate | undefined {
  if (!('getPeerX509Certificate' in socket)) return undefined;
  let found = ofConnection.get(socket);
  if (found === undefined) {
    found = (socket.getPeerX509Certificate as () => X509Certificate | undefined)() ?? null;
    ofConnection.set(socket, found);
  }
  return found ?? undefined;
}
