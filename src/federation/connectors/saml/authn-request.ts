import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { escapeXml } from '../../saml/escape-xml.ts';
import { SAML, SAMLP } from '../../saml/namespaces.ts';
import { BINDINGS } from './bindings.ts';
import type { OwnAddresses } from './own-addresses.ts';

export interface AuthnRequest extends Pick<SamlSettings, 'nameIdFormat' | 'authnContexts'> {
  readonly id: string;
  readonly addresses: OwnAddresses;
  /** The endpoint that it is sent to. */
  readonly destination: string;
  /** Whether the person has to authenticate even if the provider still knows them. */
  readonly forceAuthn: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * An AuthnRequest (SAML V2.0 Core §3.4.1), not signed. It asks for no NameID format and no authentication context unless the connector does:
 * providers refuse whom they cannot fit in, such as people with a passkey where a password is asked for.
 */
export function authnRequestXml(request: AuthnRequest): string {
  const { id, addresses, destination, forceAuthn, now, nameIdFormat, authnContexts = [] } = request;
  const force = forceAuthn ? ' ForceAuthn="true"' : '';
  const policy =
    nameIdFormat === undefined
      ? ''
      : `<samlp:NameIDPolicy Format="${escapeXml(nameIdFormat)}" AllowCreate="true"></samlp:NameIDPolicy>`;
  const contexts = authnContexts
    .map((context) => `<saml:AuthnContextClassRef>${escapeXml(context)}</saml:AuthnContextClassRef>`)
    .join('');
  const requested =
    contexts === '' ? '' : `<samlp:RequestedAuthnContext Comparison="exact">${contexts}</samlp:RequestedAuthnContext>`;
  return `<samlp:AuthnRequest xmlns:samlp="${SAMLP}" xmlns:saml="${SAML}" ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" Destination="${escapeXml(destination)}"${force} ProtocolBinding="${BINDINGS.post}" AssertionConsumerServiceURL="${escapeXml(addresses.acs)}"><saml:Issuer>${escapeXml(addresses.entityId)}</saml:Issuer>${policy}${requested}</samlp:AuthnRequest>`;
}

/**
 * Adds the name that a person gave to the address of a request. SAML has no usual place for it: Entra ID refuses requests with a Subject.
 * The parameter is no part of what is signed.
 */
export function withLoginHint(location: string, parameter: string | undefined, hint: string | undefined): string {
  if (parameter === undefined || hint === undefined) return location;
  const [base = ''] = location.split('#');
  return `${base}${base.includes('?') ? '&' : '?'}${new URLSearchParams({ [parameter]: hint })}`;
}
