import { X509Certificate } from 'node:crypto';
import { BINDINGS } from '../../connectors/saml/bindings.ts';
import { attributeOf, childrenNamed, onlyChild, textOf } from '../elements.ts';
import { SamlFault } from '../fault.ts';
import { METADATA, XMLDSIG, XMLENC, XMLENC11 } from '../namespaces.ts';
import {
  certificatesOf,
  type EntityRole,
  type LogoutEndpoint,
  locationOf,
  logoutEndpointsOf,
  readEntity,
  validUntilOf,
} from '../read-metadata.ts';

/** What a service provider's metadata say (SAML V2.0 Metadata §2.4.4). */
export interface ServiceProviderMetadata {
  readonly entityId: string;
  /** Those that responses can be posted to. Exactly one is the default. */
  readonly assertionConsumerServices: readonly AssertionConsumerService[];
  /** Those by redirect or POST. */
  readonly singleLogout: readonly LogoutEndpoint[];
  /** DER in base64, as all certificates. */
  readonly signingCertificates: readonly string[];
  /** Those with RSA keys: for others, nothing can be encrypted. */
  readonly encryptionCertificates: readonly string[];
  /** Whether it says that it reads keys that RSA-OAEP with SHA-256 has encrypted. */
  readonly readsOaepSha256: boolean;
  readonly nameIdFormats: readonly string[];
  readonly signsRequests: boolean;
  readonly wantsSignedAssertions: boolean;
  /** Milliseconds since the epoch. */
  readonly validUntil: number | undefined;
}

export interface AssertionConsumerService {
  readonly url: string;
  readonly index: number;
  readonly isDefault: boolean;
}

const SERVICE_PROVIDER: EntityRole = { element: 'SPSSODescriptor', words: 'service provider' };
const SPOKEN: readonly string[] = Object.values(BINDINGS);

/**
 * Reads a service provider's metadata: an `EntityDescriptor`, or an `EntitiesDescriptor` with exactly one service provider, or with the one
 * that is asked for. Certificates only carry keys, as those of identity providers.
 * @throws {SamlFault} xml, metadata
 */
export function readServiceProvider(text: string, askedFor?: string): ServiceProviderMetadata {
  const { entityId, descriptor } = readEntity(text, SERVICE_PROVIDER, askedFor);
  return {
    entityId,
    assertionConsumerServices: consumersOf(descriptor),
    singleLogout: logoutEndpointsOf(descriptor).filter(({ binding }) => SPOKEN.includes(binding)),
    signingCertificates: certificatesOf(descriptor, 'signing'),
    encryptionCertificates: certificatesOf(descriptor, 'encryption').filter(hasRsaKey),
    readsOaepSha256: childrenNamed(descriptor, METADATA, 'KeyDescriptor').some(readsOaepSha256),
    nameIdFormats: childrenNamed(descriptor, METADATA, 'NameIDFormat').map(textOf),
    signsRequests: isTrue(descriptor, 'AuthnRequestsSigned'),
    wantsSignedAssertions: isTrue(descriptor, 'WantAssertionsSigned'),
    validUntil: validUntilOf(descriptor),
  };
}

const hasRsaKey = (certificate: string): boolean =>
  new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.asymmetricKeyType === 'rsa';

/** An EncryptionMethod with both: the algorithm alone has SHA-1 (XML Encryption 1.1 §5.5.2). */
function readsOaepSha256(key: Element): boolean {
  return childrenNamed(key, METADATA, 'EncryptionMethod').some((method) => {
    const [digest, mask] = [onlyChild(method, XMLDSIG, 'DigestMethod'), onlyChild(method, XMLENC11, 'MGF')];
    const isSha256 = digest !== undefined && attributeOf(digest, 'Algorithm') === `${XMLENC}sha256`;
    const isMasked = mask === undefined || attributeOf(mask, 'Algorithm') === `${XMLENC11}mgf1sha256`;
    return attributeOf(method, 'Algorithm') === `${XMLENC11}rsa-oaep` && isSha256 && isMasked;
  });
}

/** The one that says so is the default, else the first that does not say that it is not (SAML V2.0 Metadata §2.2.3). */
function consumersOf(descriptor: Element): readonly AssertionConsumerService[] {
  const services = childrenNamed(descriptor, METADATA, 'AssertionConsumerService').filter(
    (service) => attributeOf(service, 'Binding') === BINDINGS.post,
  );
  if (services.length === 0) {
    throw new SamlFault('metadata', 'it has no AssertionConsumerService with the binding HTTP-POST');
  }
  const chosen =
    services.find((service) => isTrue(service, 'isDefault')) ??
    services.find((service) => attributeOf(service, 'isDefault') === undefined) ??
    services[0];
  return services.map((service, position) => ({
    url: locationOf(service, 'Location'),
    index: indexOf(service, position),
    isDefault: service === chosen,
  }));
}

function indexOf(service: Element, position: number): number {
  const text = attributeOf(service, 'index')?.trim() ?? String(position);
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SamlFault('metadata', 'the index of an AssertionConsumerService is not a number up to 65535');
}

const isTrue = (element: Element, name: string): boolean =>
  /^(?:true|1)$/.test(attributeOf(element, name)?.trim() ?? '');
