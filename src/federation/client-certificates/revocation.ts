import { IdentityFault } from '../identity-fault.ts';
import type { ReadCertificate } from './read-certificate.ts';
import type { RevocationList } from './revocation-list.ts';

/**
 * Requires a current list of the issuer of every certificate below the root, and that none of them lists its certificate. No list, or
 * an outdated one, refuses the certificate.
 * @throws {IdentityFault}
 */
export function requireUnrevoked(
  chain: readonly ReadCertificate[],
  lists: readonly RevocationList[],
  now: number,
): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const certificate = chain[index] as ReadCertificate;
    const current = lists.filter(
      (list) =>
        list.thisUpdate <= now &&
        now <= list.nextUpdate &&
        list.issuerName.equals(issuer.subjectName) &&
        list.isSignedBy(issuer),
    );
    const by = issuer.x509.subject.replaceAll('\n', ', ');
    if (current.length === 0) {
      throw new IdentityFault('revocation', 'It cannot be determined whether the client certificate is revoked', {
        detail: `no current revocation list of ${by}`,
      });
    }
    if (current.some(({ revoked }) => revoked.has(certificate.serial))) {
      throw new IdentityFault('revocation', 'The client certificate, or an authority that it comes from, is revoked', {
        detail: `serial ${certificate.serial} of ${by}`,
      });
    }
  }
}
