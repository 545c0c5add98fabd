import { escapeXml } from '../../saml/escape-xml.ts';
import { METADATA, SAMLP, XMLDSIG, XMLENC, XMLENC11 } from '../../saml/namespaces.ts';
import { BINDINGS } from './bindings.ts';
import type { OwnAddresses } from './own-addresses.ts';
import type { OwnKey, OwnKeys } from './own-keys.ts';

/** What we decrypt, in the order of preference. Without them, several providers choose AES-CBC or RSA 1.5. */
const ENCRYPTION_METHODS = [`${XMLENC11}aes256-gcm`, `${XMLENC11}aes128-gcm`, `${XMLENC}rsa-oaep-mgf1p`];

export interface OwnMetadata {
  readonly addresses: OwnAddresses;
  readonly keys: OwnKeys;
  readonly signRequests: boolean;
  readonly nameIdFormat: string | undefined;
}

/** Our metadata as a service provider: a bare EntityDescriptor (SAML V2.0 Metadata §2.4.4). */
export function ownMetadata({ addresses, keys, signRequests, nameIdFormat }: OwnMetadata): string {
  const { entityId, acs, slo } = addresses;
  const services = [BINDINGS.redirect, BINDINGS.post]
    .map((binding) => `<md:SingleLogoutService Binding="${binding}" Location="${escapeXml(slo)}"/>`)
    .join('');
  const format = nameIdFormat === undefined ? '' : `<md:NameIDFormat>${escapeXml(nameIdFormat)}</md:NameIDFormat>`;
  const descriptors = [
    ...keys.signing.map((key) => keyDescriptor('signing', key, [])),
    ...keys.encryption.map((key) => keyDescriptor('encryption', key, ENCRYPTION_METHODS)),
  ].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escapeXml(entityId)}"><md:SPSSODescriptor AuthnRequestsSigned="${signRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="${SAMLP}">${descriptors}${services}${format}<md:AssertionConsumerService Binding="${BINDINGS.post}" Location="${escapeXml(acs)}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>
`;
}

function keyDescriptor(use: string, { certificate }: OwnKey, methods: readonly string[]): string {
  const listed = methods.map((method) => `<md:EncryptionMethod Algorithm="${method}"/>`).join('');
  return `<md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="${XMLDSIG}"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${listed}</md:KeyDescriptor>`;
}
