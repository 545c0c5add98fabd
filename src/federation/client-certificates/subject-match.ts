import { isIPv6 } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import { type GeneralName, type Name, SubjectAlternativeName } from '@peculiar/asn1-x509';
import { escapeDnValue, parseDn, type RelativeName } from '../directory-client/distinguished-name.ts';
import type { ReadCertificate } from './read-certificate.ts';

/** The client metadata that say which certificate is the client's (RFC 8705 §2.1.2). */
export const SUBJECT_PROPERTIES = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const;
export type SubjectProperty = (typeof SUBJECT_PROPERTIES)[number];

/** Short names of attribute types, in upper case: those of RFC 4514 §3, and those that OpenSSL and certificate authorities write. */
const TYPES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  SURNAME: '2.5.4.4',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  S: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  T: '2.5.4.12',
  TITLE: '2.5.4.12',
  BUSINESSCATEGORY: '2.5.4.15',
  POSTALCODE: '2.5.4.17',
  GN: '2.5.4.42',
  GIVENNAME: '2.5.4.42',
  DNQUALIFIER: '2.5.4.46',
  PSEUDONYM: '2.5.4.65',
  ORGANIZATIONIDENTIFIER: '2.5.4.97',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  E: '1.2.840.113549.1.9.1',
  EMAIL: '1.2.840.113549.1.9.1',
  EMAILADDRESS: '1.2.840.113549.1.9.1',
  JURISDICTIONL: '1.3.6.1.4.1.311.60.2.1.1',
  JURISDICTIONST: '1.3.6.1.4.1.311.60.2.1.2',
  JURISDICTIONC: '1.3.6.1.4.1.311.60.2.1.3',
  JURISDICTIONCOUNTRYNAME: '1.3.6.1.4.1.311.60.2.1.3',
};
const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(TYPES)
    .reverse()
    .map(([name, type]) => [type, name]),
);

/** Why a value cannot be the subject of a certificate; `undefined` if it can. */
export function subjectProblem(property: SubjectProperty, expected: string): string | undefined {
  if (property === 'tls_client_auth_subject_dn') {
    const names = expectedNames(expected);
    return names === undefined || names.length === 0
      ? 'must be a distinguished name (RFC 4514), such as CN=app,O=Example,C=DE'
      : undefined;
  }
  if (property === 'tls_client_auth_san_ip') {
    return canonicalAddress(expected) === undefined ? 'must be an IP address' : undefined;
  }
  return expected.trim() === expected && expected !== '' ? undefined : 'must be a text without spaces around it';
}

/** Whether the subject of a certificate, or one of its alternative names, is the expected one. */
export function matchesSubject(certificate: ReadCertificate, property: SubjectProperty, expected: string): boolean {
  if (property === 'tls_client_auth_subject_dn') return isSameName(certificate.subject, expected);
  const same: Readonly<Record<Exclude<SubjectProperty, 'tls_client_auth_subject_dn'>, (name: GeneralName) => boolean>> =
    {
      tls_client_auth_san_dns: ({ dNSName }) => dNSName?.toLowerCase() === expected.toLowerCase(),
      tls_client_auth_san_uri: ({ uniformResourceIdentifier }) => uniformResourceIdentifier === expected,
      tls_client_auth_san_ip: ({ iPAddress }) => {
        const address = canonicalAddress(expected);
        return address !== undefined && iPAddress !== undefined && canonicalAddress(iPAddress) === address;
      },
      tls_client_auth_san_email: ({ rfc822Name }) =>
        rfc822Name !== undefined && canonicalMail(rfc822Name) === canonicalMail(expected),
    };
  return alternativeNamesOf(certificate).some(same[property]);
}

/** The alternative names of a certificate. */
export function alternativeNamesOf({ alternativeNames }: ReadCertificate): readonly GeneralName[] {
  return alternativeNames === undefined ? [] : [...AsnConvert.parse(alternativeNames, SubjectAlternativeName)];
}

/** A name of a certificate as RFC 4514 writes it: the last part first. */
export function dnText(name: Name): string {
  return [...name]
    .reverse()
    .map((part) =>
      [...part]
        .map(({ type, value }) => `${SHORT_NAMES.get(type) ?? type}=${escapeDnValue(value.toString())}`)
        .join('+'),
    )
    .join(',');
}

/**
 * Compares a name as its parts, not as a text: spelling, spaces, escapes and the order within a part do not count, nor does the case of
 * letters (RFC 5280 §7.1). RFC 4514 begins with the last part; OpenSSL and many tools print the first one first, so both directions are
 * accepted. No part may be missing or added.
 */
function isSameName(name: Name, expected: string): boolean {
  const wanted = expectedNames(expected);
  if (wanted === undefined || wanted.length === 0) return false;
  const shown = [...name].map((part) => canonicalPart([...part].map(({ type, value }) => [type, value.toString()])));
  const equals = (parts: readonly string[]): boolean =>
    parts.length === shown.length && parts.every((part, index) => part === shown[index]);
  return equals(wanted) || equals([...wanted].reverse());
}

/** @returns `undefined` if it is not a distinguished name, or has an attribute type that is not known here. */
function expectedNames(text: string): readonly string[] | undefined {
  const parts = parseDn(withoutQuotes(text).replace(/\bOID\.(?=\d)/gi, ''));
  const typed = parts?.map((part) =>
    part.map(([type, value]) => [/^\d/.test(type) ? type : TYPES[type.toUpperCase()], value] as const),
  );
  if (typed === undefined || typed.flat().some(([type]) => type === undefined)) return undefined;
  return typed.map((part) => canonicalPart(part as RelativeName));
}

/** The older form of a value (RFC 2253 §4), which OpenSSL still prints. */
function withoutQuotes(text: string): string {
  return text.replace(
    /=\s*"((?:[^"\\]|\\.)*)"/g,
    (_all, value: string) => `=${value.replace(/[,+;<>=]/g, (character) => `\\${character}`)}`,
  );
}

function canonicalPart(part: RelativeName): string {
  return part
    .map(([type, value]) => JSON.stringify([type, canonicalValue(value)]))
    .sort()
    .join('+');
}

/** Only the case of ASCII letters is ignored: for others, different letters would become one. */
function canonicalValue(value: string): string {
  return value
    .normalize('NFC')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function canonicalAddress(text: string): string | undefined {
  const host = isIPv6(text) ? `[${text}]` : /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text : undefined;
  return host !== undefined && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

/** The domain of an address has no case; what is before it does (RFC 5280 §7.5). */
function canonicalMail(address: string): string {
  const at = address.lastIndexOf('@');
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
