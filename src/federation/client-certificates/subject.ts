import { AsnConvert } from '@peculiar/asn1-schema';
import { type Name, SubjectAlternativeName } from '@peculiar/asn1-x509';
import type { ContextValue } from '../../policy/request.ts';
import { IdentityFault } from '../identity-fault.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { ReadCertificate } from './read-certificate.ts';

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const UNIT = '2.5.4.11';
/** The upper bound of RFC 5280, appendix A (ub-common-name), is 64; some authorities exceed it. */
const LONGEST_NAME = 256;
/** More values of one attribute are not condition keys, so that no certificate makes a call expensive. */
const MOST_VALUES = 50;

/** Whom a certificate is about. @throws {IdentityFault} unless its subject has exactly one readable common name. */
export function readSubject({ subject, alternativeNames, serial, notAfter, x509 }: ReadCertificate): ClientCertificate {
  const names = valuesOf(subject, COMMON_NAME);
  const [commonName] = names;
  if (commonName === undefined || names.length > 1) {
    throw new IdentityFault('name', 'The client certificate must have exactly one common name in its subject', {
      detail: `${names.length} common names`,
    });
  }
  if (commonName === '' || commonName.length > LONGEST_NAME || /[\p{C}\u2028\u2029]/u.test(commonName)) {
    throw new IdentityFault(
      'name',
      `The common name of the client certificate must have 1 to ${LONGEST_NAME} characters, and no control characters`,
    );
  }
  const attributes: Record<string, ContextValue> = {
    cn: commonName,
    serial,
    fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
  const add = (key: string, values: readonly string[]): void => {
    if (values.length > 0) attributes[key] = values.slice(0, MOST_VALUES);
  };
  add('o', valuesOf(subject, ORGANIZATION));
  add('ou', valuesOf(subject, UNIT));
  const alternatives =
    alternativeNames === undefined ? [] : [...AsnConvert.parse(alternativeNames, SubjectAlternativeName)];
  add(
    'dns',
    alternatives.flatMap(({ dNSName }) => dNSName ?? []),
  );
  add(
    'email',
    alternatives.flatMap(({ rfc822Name }) => rfc822Name ?? []),
  );
  add(
    'uri',
    alternatives.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
  );
  return { commonName, attributes, endsAt: notAfter };
}

function valuesOf(name: Name, type: string): readonly string[] {
  return [...name].flatMap((relative) =>
    [...relative].filter((pair) => pair.type === type).map(({ value }) => value.toString()),
  );
}
