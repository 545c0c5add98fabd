import { IdentityFault } from '../identity-fault.ts';
import type { Authorities } from './authorities.ts';
import type { VerifyClientCertificate } from './client-certificate.ts';
import { readHeader } from './read-header.ts';
import { readSubject } from './subject.ts';
import { verifyChain } from './verify-chain.ts';

/** Verifies the client certificates that trusted proxies pass on. The proxy has verified that the client holds the private key. */
export function certificateVerifier(authorities: () => Promise<Authorities>): VerifyClientCertificate {
  return async (values, now) => {
    const certificate = readHeader(values);
    const trusted = await authorities().catch((cause: unknown) => {
      throw new IdentityFault('authorities', 'Client certificates cannot be verified: see the audit log', {
        code: 'IDPCommunicationError',
        detail: (cause as Error).message,
        cause,
      });
    });
    verifyChain(certificate, trusted, now);
    return readSubject(certificate);
  };
}
