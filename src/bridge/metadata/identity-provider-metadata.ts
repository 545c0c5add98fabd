import { BINDINGS } from '../../federation/connectors/saml/bindings.ts';
import { METADATA, SAMLP, XMLDSIG } from '../../federation/saml/namespaces.ts';
import { canonicalElement, canonicalText, startTag } from '../../federation/saml/outgoing/canonical-element.ts';
import { type CanonicalSigning, signCanonical } from '../../federation/saml/outgoing/sign-canonical.ts';
import { nameIdFormatUrn } from '../answers/name-id.ts';
import { newMessageId } from '../answers/response.ts';
import type { BridgeAddresses } from '../context/bridge-addresses.ts';

/** How long service providers may keep the metadata: within the lead of a roll-over. */
const CACHE_DURATION = 'PT6H';

export interface PublishedProvider {
  readonly addresses: BridgeAddresses;
  /** Of every key that signs, will sign, or has signed until recently; the active one first. DER in base64. */
  readonly certificates: readonly string[];
}

/** The signed metadata of an identity provider: a bare EntityDescriptor (SAML V2.0 Metadata §2.4.3). */
export function identityProviderMetadata(
  { addresses, certificates }: PublishedProvider,
  signing: CanonicalSigning,
): string {
  const { entityId, sso, slo } = addresses;
  const id = newMessageId();
  const before = startTag('md:EntityDescriptor', {
    namespaces: { md: METADATA },
    attributes: { ID: id, cacheDuration: CACHE_DURATION, entityID: entityId },
  });
  const services = (name: string, location: string): string =>
    [BINDINGS.redirect, BINDINGS.post]
      .map((binding) => canonicalElement(`md:${name}`, { attributes: { Binding: binding, Location: location } }, ''))
      .join('');
  const formats = (['persistent', 'transient', 'emailAddress', 'unspecified'] as const)
    .map((format) => canonicalElement('md:NameIDFormat', {}, canonicalText(nameIdFormatUrn(format))))
    .join('');
  // The order of the children is that of the schema.
  const content = [
    certificates.map(keyDescriptor).join(''),
    services('SingleLogoutService', slo),
    formats,
    services('SingleSignOnService', sso),
  ].join('');
  const descriptor = canonicalElement(
    'md:IDPSSODescriptor',
    { attributes: { WantAuthnRequestsSigned: 'false', protocolSupportEnumeration: SAMLP } },
    content,
  );
  return signCanonical({ id, before, after: `${descriptor}</md:EntityDescriptor>` }, signing);
}

function keyDescriptor(certificate: string): string {
  const data = canonicalElement('ds:X509Data', {}, canonicalElement('ds:X509Certificate', {}, certificate));
  const info = canonicalElement('ds:KeyInfo', { namespaces: { ds: XMLDSIG } }, data);
  return canonicalElement('md:KeyDescriptor', { attributes: { use: 'signing' } }, info);
}
