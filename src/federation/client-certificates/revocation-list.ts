import { verify } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { CertificateList } from '@peculiar/asn1-x509';
import { type ReadCertificate, SIGNATURE_HASHES, serialText } from './read-certificate.ts';

const PEM = /-----BEGIN X509 CRL-----\s([A-Za-z0-9+/=\s]+?)-----END X509 CRL-----/g;

/** A certificate revocation list (RFC 5280 §5), before its signature is verified. */
export interface RevocationList {
  /** The issuer's name, DER. */
  readonly issuerName: Buffer;
  /** ms since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: ReadonlySet<string>;
  isSignedBy(authority: ReadCertificate): boolean;
}

/** Reads the lists of a PEM file. @throws {Error} if one cannot be used. */
export function readRevocationLists(pem: string): readonly RevocationList[] {
  const lists = [...pem.matchAll(PEM)].map(([, body = '']) => readList(Buffer.from(body, 'base64')));
  if (lists.length === 0) throw new Error('it has no CRL in PEM');
  return lists;
}

function readList(der: Buffer): RevocationList {
  const { tbsCertList, tbsCertListRaw, signatureAlgorithm, signature } = AsnConvert.parse(der, CertificateList);
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [], crlExtensions = [] } = tbsCertList;
  // Delta lists, indirect ones and those of only some certificates say so in critical extensions.
  const critical = [...crlExtensions].find((extension) => extension.critical);
  if (critical !== undefined) throw new Error(`it has a CRL with the critical extension ${critical.extnID}`);
  const hash = SIGNATURE_HASHES.get(signatureAlgorithm.algorithm);
  if (hash === undefined) throw new Error(`it has a CRL signed by the algorithm ${signatureAlgorithm.algorithm}`);
  if (nextUpdate === undefined) throw new Error('it has a CRL without the time of the next one');
  if (tbsCertListRaw === undefined) throw new Error('it has a CRL that cannot be read');
  const signed = Buffer.from(tbsCertListRaw);
  return {
    issuerName: Buffer.from(AsnConvert.serialize(issuer)),
    thisUpdate: thisUpdate.getTime().getTime(),
    nextUpdate: nextUpdate.getTime().getTime(),
    revoked: new Set([...revokedCertificates].map(({ userCertificate }) => serialText(userCertificate))),
    isSignedBy: ({ x509, keyUsage }) =>
      (keyUsage === undefined || keyUsage.toJSON().includes('crlSign')) &&
      verify(hash, signed, x509.publicKey, Buffer.from(signature)),
  };
}
