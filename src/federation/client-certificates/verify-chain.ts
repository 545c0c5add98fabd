import { IdentityFault } from '../identity-fault.ts';
import { type Authorities, isSelfSigned } from './authorities.ts';
import { type ReadCertificate, SIGNATURE_HASHES } from './read-certificate.ts';
import { requireUnrevoked } from './revocation.ts';

const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const ANY_PURPOSE = '2.5.29.37.0';
/** The most certificates of a chain, the client's own and the root included. */
const LONGEST_CHAIN = 6;
/** NIST SP 800-57: 112 bits. */
const SHORTEST_MODULUS = 2048;

export interface ClientChecks {
  /** Whether the certificate must say that it is for client authentication. Otherwise one that says nothing is for every purpose (RFC 5280 §4.2.1.12). Default: true. */
  readonly requiresPurpose?: boolean;
}

/**
 * Verifies a client certificate up to a trusted root (RFC 5280 §6.1): signatures, times, purpose, and of each authority that it may
 * issue certificates at this depth. Name constraints and policies are not supported: an authority with a critical extension that is
 * not understood here is not trusted.
 * @throws {IdentityFault}
 */
export function verifyChain(
  leaf: ReadCertificate,
  { certificates, revocationLists }: Authorities,
  now: number,
  checks?: ClientChecks,
): void {
  requireClient(leaf, now, checks);
  const faults: string[] = [];
  const chain = findChain([leaf], { certificates, now, faults });
  if (chain === undefined) {
    throw new IdentityFault('chain', 'The client certificate does not come from a trusted authority', {
      detail: `issuer ${leaf.x509.issuer.replaceAll('\n', ', ')}${faults.length > 0 ? `: ${faults.join('; ')}` : ''}`,
    });
  }
  if (revocationLists !== undefined) requireUnrevoked(chain, revocationLists, now);
}

/** Checks the time of a certificate. @throws {IdentityFault} */
export function requireCurrent(leaf: ReadCertificate, now: number): void {
  if (isCurrent(leaf, now)) return;
  const which = now > leaf.notAfter ? 'has expired' : 'is not valid yet';
  throw new IdentityFault('validity', `The client certificate ${which}`, {
    code: now > leaf.notAfter ? 'ExpiredTokenException' : 'InvalidIdentityToken',
    detail: `valid from ${isoTime(leaf.notBefore)} to ${isoTime(leaf.notAfter)}`,
  });
}

function requireClient(leaf: ReadCertificate, now: number, { requiresPurpose = true }: ClientChecks = {}): void {
  requireCurrent(leaf, now);
  const fault = clientFault(leaf, requiresPurpose) ?? commonFault(leaf);
  if (fault !== undefined)
    throw new IdentityFault('purpose', `The client certificate cannot be used: ${fault}`, { detail: fault });
}

/** Why a certificate is not one of a client. */
function clientFault(
  { isAuthority, purposes, keyUsage }: ReadCertificate,
  requiresPurpose: boolean,
): string | undefined {
  if (isAuthority) return 'it is that of an authority';
  const isForClients = purposes?.some(
    (each) => each === CLIENT_AUTHENTICATION || (!requiresPurpose && each === ANY_PURPOSE),
  );
  if (!(isForClients ?? !requiresPurpose)) return 'it is not for client authentication (extended key usage)';
  const usages = keyUsage?.toJSON();
  const proves = usages === undefined || usages.includes('digitalSignature') || usages.includes('keyAgreement');
  return proves ? undefined : 'its key is not for signatures (key usage)';
}

/** What no certificate of a chain may have. */
function commonFault({ signatureAlgorithm, unknownCritical, x509 }: ReadCertificate): string | undefined {
  if (!SIGNATURE_HASHES.has(signatureAlgorithm)) return `the signature algorithm ${signatureAlgorithm} is not accepted`;
  if (unknownCritical.length > 0) return `the critical extension ${unknownCritical.join(', ')} is not supported`;
  const bits = x509.publicKey.asymmetricKeyDetails?.modulusLength;
  return bits !== undefined && bits < SHORTEST_MODULUS ? `an RSA key of ${bits} bits is too short` : undefined;
}

interface Search {
  readonly certificates: readonly ReadCertificate[];
  readonly now: number;
  /** Why authorities with the right name were not used. */
  readonly faults: string[];
}

/** The chain from its first certificates up to a root, if there is one. */
function findChain(below: readonly ReadCertificate[], search: Search): readonly ReadCertificate[] | undefined {
  const last = below.at(-1);
  if (last === undefined || below.length >= LONGEST_CHAIN) return undefined;
  for (const authority of search.certificates) {
    if (below.includes(authority) || !last.x509.checkIssued(authority.x509)) continue;
    const fault = authorityFault(authority, below, search.now);
    if (fault !== undefined) {
      search.faults.push(`${authority.x509.subject.replaceAll('\n', ', ')}: ${fault}`);
      continue;
    }
    const chain = [...below, authority];
    const whole = isSelfSigned(authority) ? chain : findChain(chain, search);
    if (whole !== undefined) return whole;
  }
  return undefined;
}

/** Why an authority did not validly issue the last of the certificates below it. */
function authorityFault(
  authority: ReadCertificate,
  below: readonly ReadCertificate[],
  now: number,
): string | undefined {
  const { isAuthority, pathLength, keyUsage, purposes, notBefore, notAfter, x509 } = authority;
  if (!isAuthority) return 'it is not an authority (basic constraints)';
  if (keyUsage !== undefined && !keyUsage.toJSON().includes('keyCertSign'))
    return 'it may not issue certificates (key usage)';
  if (!isCurrent(authority, now)) return `it is valid from ${isoTime(notBefore)} to ${isoTime(notAfter)}`;
  if (purposes !== undefined && !purposes.includes(CLIENT_AUTHENTICATION) && !purposes.includes(ANY_PURPOSE)) {
    return 'it may not issue client certificates (extended key usage)';
  }
  // Authorities with the same name as their issuer, as in a change of keys, do not count (RFC 5280 §4.2.1.9).
  const between = below.slice(1).filter(({ subjectName, issuerName }) => !subjectName.equals(issuerName)).length;
  if (pathLength !== undefined && between > pathLength) return `there are more than ${pathLength} authorities below it`;
  if (below.at(-1)?.x509.verify(x509.publicKey) !== true) return 'it did not sign the certificate';
  return commonFault(authority);
}

/** A time that cannot be read is never current. */
function isCurrent({ notBefore, notAfter }: ReadCertificate, now: number): boolean {
  return notBefore <= now && now <= notAfter;
}

function isoTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : 'an unreadable time';
}
