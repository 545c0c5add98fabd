import type { ContextValue } from '../../policy/request.ts';

/** A client certificate that has been verified. */
export interface ClientCertificate {
  /** The subject's common name. */
  readonly commonName: string;
  /** What trust policies can test: `cn`, `o`, `ou`, `dns`, `email`, `uri`, `serial`, `fingerprint`, by lower-case name. */
  readonly attributes: Readonly<Record<string, ContextValue>>;
  /** When it expires, ms since the epoch. */
  readonly endsAt: number;
}

/**
 * Verifies a client certificate: chain, purpose, times and revocation.
 * @param values The values of the header by which the trusted proxy passes it on; `undefined` if the request did not come from one.
 * @throws {IdentityFault}
 */
export type VerifyClientCertificate = (
  values: readonly string[] | undefined,
  now: number,
) => Promise<ClientCertificate>;
