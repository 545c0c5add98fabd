import { escapeXml } from '../../saml/escape-xml.ts';
import { SAML, SAMLP } from '../../saml/namespaces.ts';
import type { NameId } from '../../saml/read-assertion.ts';

/** What is kept of a login for the sign-out. */
export interface KeptSession {
  readonly nameId: NameId;
  readonly sessionIndex: string | undefined;
}

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status';
const statusCode = (name: string, content = ''): string =>
  `<samlp:StatusCode Value="${STATUS}:${name}">${content}</samlp:StatusCode>`;

interface Sent {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A LogoutRequest (SAML V2.0 Core §3.7.1), not signed. The NameID is as the provider gave it. */
export function logoutRequestXml(
  sent: Sent,
  { nameId, sessionIndex }: { readonly nameId: NameId; readonly sessionIndex: string | undefined },
): string {
  const qualifiers = [
    ['Format', nameId.format],
    ['NameQualifier', nameId.nameQualifier],
    ['SPNameQualifier', nameId.spNameQualifier],
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(value)}"`]))
    .join('');
  const index = sessionIndex === undefined ? '' : `<samlp:SessionIndex>${escapeXml(sessionIndex)}</samlp:SessionIndex>`;
  return message('LogoutRequest', sent, {
    attributes: '',
    content: `<saml:NameID${qualifiers}>${escapeXml(nameId.value)}</saml:NameID>${index}`,
  });
}

/**
 * A LogoutResponse that reports success (SAML V2.0 Core §3.7.2), not signed.
 * @param isPartial Whether others of the session may still be signed in (§3.7.3.2).
 */
export function logoutResponseXml(sent: Sent, inResponseTo: string, isPartial = false): string {
  return message('LogoutResponse', sent, {
    attributes: ` InResponseTo="${escapeXml(inResponseTo)}"`,
    content: `<samlp:Status>${statusCode('Success', isPartial ? statusCode('PartialLogout') : '')}</samlp:Status>`,
  });
}

function message(
  name: string,
  { id, issuer, destination, now }: Sent,
  { attributes, content }: { readonly attributes: string; readonly content: string },
): string {
  return `<samlp:${name} xmlns:samlp="${SAMLP}" xmlns:saml="${SAML}" ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" Destination="${escapeXml(destination)}"${attributes}><saml:Issuer>${escapeXml(issuer)}</saml:Issuer>${content}</samlp:${name}>`;
}
