import { X509Certificate } from 'node:crypto';
import type { SamlMetadata } from '../../identity/documents/saml-provider.ts';
import { allElements, attributeOf, childrenNamed, isNamed, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { METADATA, SAMLP, XMLDSIG } from './namespaces.ts';
import { parseSamlTime } from './saml-time.ts';
import { parseMetadata } from './xml.ts';

/** IAM User Guide, "Troubleshoot SAML federation": a key of at least 1024 bits. */
const SMALLEST_RSA_KEY = 1024;
/** SAML V2.0 Core §8.3.6. */
const MAX_ENTITY_ID_LENGTH = 1024;

/** Everything that is read of an identity provider's metadata. */
export interface IdentityProviderMetadata extends SamlMetadata {
  readonly singleLogout: readonly LogoutEndpoint[];
  readonly wantsSignedRequests: boolean;
}

export interface LogoutEndpoint {
  readonly binding: string;
  readonly location: string;
  /** Where answers go, if not to {@link location}. */
  readonly responseLocation: string | undefined;
}

/** The facts of a metadata document that the logins of roles depend on. See {@link readIdentityProvider}. */
export function readMetadata(text: string): SamlMetadata {
  const { singleLogout: _logout, wantsSignedRequests: _signed, ...metadata } = readIdentityProvider(text);
  return metadata;
}

/**
 * Reads an identity provider's metadata: an `EntityDescriptor`, or an `EntitiesDescriptor` with exactly one identity
 * provider, or with the one that is asked for. Other roles of the entity are skipped. Certificates only carry keys: their
 * own dates, chains and usages do not count (SAML V2.0 Metadata Interoperability Profile §2.6.1).
 * @throws {SamlFault} xml, metadata
 */
export function readIdentityProvider(text: string, askedFor?: string): IdentityProviderMetadata {
  const { entityId, descriptor } = readEntity(text, IDENTITY_PROVIDER, askedFor);
  const signingCertificates = certificatesOf(descriptor, 'signing');
  if (signingCertificates.length === 0) throw invalid(`${entityId} has no signing certificate (KeyDescriptor)`);
  const validUntil = validUntilOf(descriptor);
  return {
    entityId,
    signingCertificates,
    singleSignOn: singleSignOnOf(descriptor),
    ...(validUntil !== undefined && { validUntil }),
    singleLogout: logoutEndpointsOf(descriptor),
    wantsSignedRequests: /^(?:true|1)$/.test(attributeOf(descriptor, 'WantAuthnRequestsSigned')?.trim() ?? ''),
  };
}

function invalid(message: string, cause?: unknown): SamlFault {
  return new SamlFault('metadata', message, { cause });
}

/** A role that an entity may have, by its element. */
export interface EntityRole {
  readonly element: string;
  readonly words: string;
}

const IDENTITY_PROVIDER: EntityRole = { element: 'IDPSSODescriptor', words: 'identity provider' };

/** The one entity of a document that has a role, or the one that is asked for. @throws {SamlFault} xml, metadata */
export function readEntity(
  text: string,
  role: EntityRole,
  askedFor: string | undefined,
): { readonly entityId: string; readonly descriptor: Element } {
  const entity = entityWith(parseMetadata(text), role, askedFor);
  const entityId = attributeOf(entity, 'entityID') ?? '';
  if (entityId === '' || entityId.length > MAX_ENTITY_ID_LENGTH) {
    throw invalid(`entityID must have 1 to ${MAX_ENTITY_ID_LENGTH} characters`);
  }
  const [descriptor, second] = descriptorsOf(entity, role);
  if (descriptor === undefined || second !== undefined) throw invalid(`${entityId} has several ${role.element}s`);
  return { entityId, descriptor };
}

function entityWith(root: Element, role: EntityRole, askedFor: string | undefined): Element {
  if (!isNamed(root, METADATA, 'EntityDescriptor') && !isNamed(root, METADATA, 'EntitiesDescriptor')) {
    throw invalid('the root element must be EntityDescriptor');
  }
  const entities = [...allElements(root)].filter((element) => isNamed(element, METADATA, 'EntityDescriptor'));
  const found = entities.filter(
    (entity) =>
      descriptorsOf(entity, role).length > 0 &&
      (askedFor === undefined || attributeOf(entity, 'entityID') === askedFor),
  );
  const [only, second] = found;
  if (only === undefined) {
    const which = askedFor === undefined ? '' : ` with the entityID ${askedFor}`;
    throw invalid(`it describes no SAML 2.0 ${role.words}${which} (${role.element})`);
  }
  if (second !== undefined) {
    const names = found.map((entity) => attributeOf(entity, 'entityID') ?? '?').slice(0, 10);
    throw invalid(`it describes several ${role.words}s, keep one of them: ${names.join(', ')}`);
  }
  return only;
}

function descriptorsOf(entity: Element, { element }: EntityRole): readonly Element[] {
  return childrenNamed(entity, METADATA, element).filter((descriptor) =>
    (attributeOf(descriptor, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAMLP),
  );
}

/** The certificates for a use. A key without `use` signs and encrypts (SAML V2.0 Metadata §2.4.1.1). @throws {SamlFault} metadata */
export function certificatesOf(descriptor: Element, use: 'signing' | 'encryption'): string[] {
  const certificates = new Set<string>();
  for (const key of childrenNamed(descriptor, METADATA, 'KeyDescriptor')) {
    if ((attributeOf(key, 'use') ?? use) !== use) continue;
    const found = [...allElements(key)].filter((element) => isNamed(element, XMLDSIG, 'X509Certificate'));
    for (const certificate of found) certificates.add(readCertificate(textOf(certificate)));
  }
  return [...certificates];
}

/** A certificate, DER in base64 without line breaks. @throws {SamlFault} metadata, unless its key is good for signatures. */
export function readCertificate(text: string): string {
  const base64 = text.replace(/\s+/g, '');
  let key: X509Certificate['publicKey'];
  try {
    key = new X509Certificate(Buffer.from(base64, 'base64')).publicKey;
  } catch (cause) {
    throw invalid('a signing certificate cannot be read', cause);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails } = key;
  if (type === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < SMALLEST_RSA_KEY) {
    throw invalid(`a signing certificate has a key of fewer than ${SMALLEST_RSA_KEY} bits`);
  }
  if (type !== 'rsa' && type !== 'ec')
    throw invalid(`a signing certificate has a key of the type ${type}: use RSA or EC`);
  return base64;
}

function singleSignOnOf(descriptor: Element): SamlMetadata['singleSignOn'] {
  const services = childrenNamed(descriptor, METADATA, 'SingleSignOnService').map((service) => ({
    binding: attributeOf(service, 'Binding') ?? '',
    location: locationOf(service, 'Location'),
  }));
  if (services.length === 0) throw invalid('it has no SingleSignOnService');
  return services;
}

/** @throws {SamlFault} metadata */
export function logoutEndpointsOf(descriptor: Element): readonly LogoutEndpoint[] {
  return childrenNamed(descriptor, METADATA, 'SingleLogoutService').map((service) => ({
    binding: attributeOf(service, 'Binding') ?? '',
    location: locationOf(service, 'Location'),
    responseLocation: service.hasAttribute('ResponseLocation') ? locationOf(service, 'ResponseLocation') : undefined,
  }));
}

/** The address of an endpoint. @throws {SamlFault} metadata */
export function locationOf(service: Element, name: string): string {
  const location = attributeOf(service, name) ?? '';
  if (URL.canParse(location) && /^https?:/i.test(location)) return location;
  throw invalid(`the ${name} of a ${service.localName} must be an https URL`);
}

/** An element and those around it. */
function withAncestors(element: Element): readonly Element[] {
  const parent = element.parentNode;
  return parent === null || parent.nodeType !== element.nodeType
    ? [element]
    : [element, ...withAncestors(parent as Element)];
}

/** The earliest `validUntil` of a descriptor and what it is in (SAML V2.0 Metadata §2.3.1). */
export function validUntilOf(descriptor: Element): number | undefined {
  const ends = withAncestors(descriptor).flatMap((element) => attributeOf(element, 'validUntil') ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends.map((end) => parseSamlTime(end, 'validUntil')));
}
