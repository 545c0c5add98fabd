import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ArrivedCertificate } from '../../http/client-certificate.ts';
import type { Clock } from '../../kernel/clock.ts';
import { IdentityFault } from '../identity-fault.ts';
import { type Authorities, isSelfSigned } from './authorities.ts';
import { decodeHeader, type HeaderFormat } from './header-formats.ts';
import { type ReadCertificate, readCertificate } from './read-certificate.ts';
import { requireCurrent, verifyChain } from './verify-chain.ts';

/** The certificate that the client of a request presented, if any. */
export interface PresentedCertificate {
  readonly by: ArrivedCertificate['by'];
  readonly certificate: ReadCertificate | undefined;
  /** Why there is no certificate; `undefined` if there is one. */
  readonly absence: string | undefined;
  /** Why the certificate is outside its time; `undefined` if it is current. */
  readonly timeFault: () => string | undefined;
  /** Why the certificate does not come from a trusted authority; `undefined` if it does. */
  readonly trustFault: () => string | undefined;
}

export interface PresentedCertificateDependencies {
  readonly arrived: (request: IncomingMessage) => ArrivedCertificate;
  readonly format: HeaderFormat;
  /** Whom certificates may come from; `undefined` if proxies decide. */
  readonly authorities: (() => Promise<Authorities>) | undefined;
  readonly clock: Clock;
  /** Called when the files of the authorities cannot be read. */
  readonly onFault: (error: unknown) => void;
}

/** Reads the client certificates of requests. */
export function presentedCertificates(deps: PresentedCertificateDependencies) {
  const { arrived, clock } = deps;
  return async (request: IncomingMessage): Promise<PresentedCertificate> => {
    const found = arrived(request);
    if (found.by === 'nothing') return absent('nothing', found.isIgnored ? IGNORED : NOT_PRESENTED);
    const certificate = readArrived(found, deps.format);
    if (typeof certificate === 'string') return absent(found.by, certificate);
    const trusted = await deps.authorities?.().catch((error: unknown) => {
      deps.onFault(error);
      return 'the certificate authorities cannot be read: see the log' as const;
    });
    const timeFault = (): string | undefined => faultOf(() => requireCurrent(certificate, clock.now()));
    return {
      by: found.by,
      certificate,
      absence: undefined,
      timeFault,
      trustFault() {
        if (found.by === 'header' && found.verified !== undefined && !isSuccess(found.verified)) {
          return `the proxy did not verify it: ${found.verified.join(', ').slice(0, 100) || 'it says nothing'}`;
        }
        if (typeof trusted === 'string') return trusted;
        if (trusted !== undefined) {
          const certificates = [...trusted.certificates, ...intermediatesOf(found)];
          const verify = () =>
            verifyChain(certificate, { ...trusted, certificates }, clock.now(), { requiresPurpose: false });
          return faultOf(verify);
        }
        const isVerified = found.by === 'header' && found.verified !== undefined;
        return isVerified ? timeFault() : 'nothing verifies it: set server.clientCertificates.caFile';
      },
    };
  };
}

const NOT_PRESENTED = 'no client certificate was presented: call the address at which clients are asked for one';
const IGNORED =
  'the header with the client certificate was ignored, because it did not come from a proxy in server.trustedProxies';

function absent(by: ArrivedCertificate['by'], absence: string): PresentedCertificate {
  return { by, certificate: undefined, absence, timeFault: () => absence, trustFault: () => absence };
}

type Arrived = Exclude<ArrivedCertificate, { readonly by: 'nothing' }>;

/** @returns a text if the certificate cannot be read. */
function readArrived(found: Arrived, format: HeaderFormat): ReadCertificate | string {
  try {
    if (found.by === 'connection') return readCertificate(found.x509.raw);
    const [value = '', ...more] = found.values;
    // A proxy sets the header; a second value may be the client's own.
    if (more.length > 0) return 'the header with the client certificate came more than once: the proxy must replace it';
    const der = decodeHeader(format, value);
    return der === undefined
      ? `the header is not one client certificate in the format ${format} (server.clientCertificates.headerFormat)`
      : readCertificate(der);
  } catch {
    return 'the client certificate cannot be read';
  }
}

function isSuccess(values: readonly string[]): boolean {
  return values.length === 1 && values[0] === 'SUCCESS';
}

/** The most certificates that a client may send along. */
const MOST_SENT = 5;

/** The intermediate authorities that the client sent along. A self-signed one would be trusted by itself, so none of these counts. */
function intermediatesOf(found: Arrived): readonly ReadCertificate[] {
  const sent: ReadCertificate[] = [];
  if (found.by === 'header') return sent;
  let above: X509Certificate | undefined = found.x509.issuerCertificate;
  while (above !== undefined && sent.length < MOST_SENT) {
    try {
      const read = readCertificate(above.raw);
      if (!isSelfSigned(read)) sent.push(read);
    } catch {
      return sent;
    }
    above = above.issuerCertificate === above ? undefined : above.issuerCertificate;
  }
  return sent;
}

function faultOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof IdentityFault)) throw error;
    return error.message;
  }
}
