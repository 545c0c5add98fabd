import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { selfSigned } from './certificate.ts';

/** A signing key of an identity provider, with its certificate (DER in base64). */
export interface SigningKey extends KeyPairKeyObjectResult {
  readonly certificate: string;
}

export function rsaKey(modulusLength = 2048, until?: Date): SigningKey {
  const pair = generateKeyPairSync('rsa', { modulusLength });
  return { ...pair, certificate: selfSigned(pair, until) };
}

export function ecKey(namedCurve = 'P-256'): SigningKey {
  const pair = generateKeyPairSync('ec', { namedCurve });
  return { ...pair, certificate: selfSigned(pair) };
}

/** A KeyDescriptor. */
export function keyDescriptor(certificate: string, use?: string): string {
  const attribute = use === undefined ? '' : ` use="${use}"`;
  return `<md:KeyDescriptor${attribute}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
${certificate.replace(/.{64}/g, '$&\n')}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}

export const ENTITY_ID = 'https://idp.example.com/saml';
const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
const MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"';

/** The parts of a metadata document that tests vary. */
export interface MetadataParts {
  readonly entityId?: string;
  /** Attributes of the EntityDescriptor. */
  readonly attributes?: string;
  readonly keys: string;
  readonly services?: string;
  /** Further children of the EntityDescriptor, after the IDPSSODescriptor. */
  readonly further?: string;
}

export const SERVICE =
  '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>';

/** The metadata of an identity provider: an EntityDescriptor. */
export function entityDescriptor({ entityId = ENTITY_ID, attributes = '', keys, services, further }: MetadataParts) {
  return `<md:EntityDescriptor ${MD} entityID="${entityId}" ${attributes}>
<md:IDPSSODescriptor protocolSupportEnumeration="${SAMLP}">${keys}
<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
${services ?? SERVICE}
</md:IDPSSODescriptor>${further ?? ''}
</md:EntityDescriptor>`;
}

/** The metadata of an identity provider with one signing key. */
export function metadataOf(key: Pick<SigningKey, 'certificate'>, parts: Partial<MetadataParts> = {}): string {
  return entityDescriptor({ keys: keyDescriptor(key.certificate, 'signing'), ...parts });
}
