import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  type Extension,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
  type Name,
} from '@peculiar/asn1-x509';

/** The signatures accepted on certificates, by OID; neither MD5 nor SHA-1 among them. */
export const SIGNATURE_HASHES: ReadonlyMap<string, string | null> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.3.101.112', null],
]);
/** Extensions that are understood here. A critical one that is not must refuse the certificate (RFC 5280 §4.2). */
const UNDERSTOOD = new Set([id_ce_basicConstraints, id_ce_extKeyUsage, id_ce_keyUsage, id_ce_subjectAltName]);

/** A certificate, with the parts that `node:crypto` does not give. */
export interface ReadCertificate {
  readonly x509: X509Certificate;
  readonly subject: Name;
  /** The issuer's name, DER. */
  readonly issuerName: Buffer;
  readonly subjectName: Buffer;
  /** The serial number in hex, without leading zeros. */
  readonly serial: string;
  /** ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The OID of the algorithm that signed it. */
  readonly signatureAlgorithm: string;
  readonly isAuthority: boolean;
  readonly pathLength: number | undefined;
  /** `undefined`: no restriction. */
  readonly keyUsage: KeyUsage | undefined;
  /** The OIDs of the extended key usage; `undefined`: no restriction. */
  readonly purposes: readonly string[] | undefined;
  /** Subject alternative names, DER. */
  readonly alternativeNames: ArrayBuffer | undefined;
  /** The OIDs of critical extensions that are not understood here. */
  readonly unknownCritical: readonly string[];
}

/** Reads a certificate, PEM or DER. @throws {Error} if it is not one, or has an extension twice (RFC 5280 §4.2). */
export function readCertificate(encoded: string | Buffer): ReadCertificate {
  const x509 = new X509Certificate(encoded);
  const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(x509.raw, Certificate);
  const { validity, subject, issuer, serialNumber, extensions = [] } = tbsCertificate;
  const byId = extensionsById([...extensions]);
  const basic = parsed(byId, id_ce_basicConstraints, BasicConstraints);
  const usage = parsed(byId, id_ce_extKeyUsage, ExtendedKeyUsage);
  return {
    x509,
    subject,
    issuerName: Buffer.from(AsnConvert.serialize(issuer)),
    subjectName: Buffer.from(AsnConvert.serialize(subject)),
    serial: serialText(serialNumber),
    notBefore: validity.notBefore.getTime().getTime(),
    notAfter: validity.notAfter.getTime().getTime(),
    signatureAlgorithm: signatureAlgorithm.algorithm,
    isAuthority: basic?.cA === true && x509.ca,
    pathLength: basic?.pathLenConstraint,
    keyUsage: parsed(byId, id_ce_keyUsage, KeyUsage),
    purposes: usage && [...usage],
    alternativeNames: byId.get(id_ce_subjectAltName)?.extnValue.buffer,
    unknownCritical: unknownCritical([...extensions]),
  };
}

/** The critical extensions that are not understood here. */
function unknownCritical(extensions: readonly Extension[]): readonly string[] {
  return extensions.filter(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID)).map(({ extnID }) => extnID);
}

function extensionsById(extensions: readonly Extension[]): ReadonlyMap<string, Extension> {
  const byId = new Map(extensions.map((extension) => [extension.extnID, extension]));
  if (byId.size !== extensions.length) throw new Error('it has an extension twice');
  return byId;
}

function parsed<T>(byId: ReadonlyMap<string, Extension>, id: string, type: new () => T): T | undefined {
  const extension = byId.get(id);
  return extension && AsnConvert.parse(extension.extnValue.buffer, type);
}

/** A serial number as hex, in which the same number always has the same text. */
export function serialText(serialNumber: ArrayBuffer): string {
  return Buffer.from(serialNumber)
    .toString('hex')
    .replace(/^0+(?=.)/, '');
}
