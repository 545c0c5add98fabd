import { createSign, type KeyObject, sign } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { encrypt } from 'xml-encryption';
import { ENTITY_ID, type SigningKey } from './saml-metadata.ts';

/** A stand-in for a SAML identity provider: makes and signs responses, good ones and forged ones. */

export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const AWS = 'https://aws.amazon.com/SAML/Attributes/';

/** The content of an assertion. Times are ms since the epoch. */
export interface AssertionParts {
  readonly id?: string;
  readonly issuer?: string;
  readonly now: number;
  readonly issuedAt?: number;
  readonly recipient: string;
  readonly audience?: string | undefined;
  readonly nameId?: string;
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmedUntil?: number;
  readonly sessionNotOnOrAfter?: number;
  /** By name; AWS's without their prefix. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** Instead of the subject that the other parts describe. */
  readonly subject?: string;
  /** The ID of the request that it answers. */
  readonly inResponseTo?: string | undefined;
  /** Instead of the statement that the other parts describe. */
  readonly authnStatement?: string;
  /** Further XML in the attribute statement. */
  readonly furtherAttributes?: string;
}

/** An AuthnStatement. Times are ms since the epoch. */
export function authnStatement({
  at,
  classRef = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  attributes = '',
}: {
  readonly at: number;
  readonly classRef?: string;
  readonly attributes?: string;
}): string {
  return `<saml:AuthnStatement AuthnInstant="${time(at)}"${attributes}><saml:AuthnContext><saml:AuthnContextClassRef>${classRef}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
}

const inResponseTo = (id: string | undefined): string => (id === undefined ? '' : ` InResponseTo="${id}"`);

const time = (ms: number) => new Date(ms).toISOString();

export function nameIdOf(value: string, format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'): string {
  return `<saml:NameID Format="${format}">${value}</saml:NameID>`;
}

/** An assertion that is not signed. */
export function assertionXml(parts: AssertionParts): string {
  const { now, recipient, issuer = ENTITY_ID, id = '_assertion', audience = recipient } = parts;
  const until = time(parts.confirmedUntil ?? now + 300_000);
  const session =
    parts.sessionNotOnOrAfter === undefined ? '' : ` SessionNotOnOrAfter="${time(parts.sessionNotOnOrAfter)}"`;
  const subject =
    parts.subject ??
    `<saml:Subject>${parts.nameId ?? nameIdOf('person-1')}<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${recipient}"${inResponseTo(parts.inResponseTo)}/></saml:SubjectConfirmation></saml:Subject>`;
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${time(parts.issuedAt ?? now)}"><saml:Issuer>${issuer}</saml:Issuer>${subject}<saml:Conditions NotBefore="${time(parts.notBefore ?? now - 60_000)}" NotOnOrAfter="${time(parts.notOnOrAfter ?? now + 300_000)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>${parts.authnStatement ?? authnStatement({ at: now, attributes: session })}<saml:AttributeStatement>${attributesXml(parts.attributes ?? {})}${parts.furtherAttributes ?? ''}</saml:AttributeStatement></saml:Assertion>`;
}

function attributesXml(attributes: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(attributes)
    .map(([name, values]) => {
      const full = /^(?:Role|RoleSessionName|SessionDuration|SourceIdentity|TransitiveTagKeys|PrincipalTag:.*)$/.test(
        name,
      )
        ? `${AWS}${name}`
        : name;
      const content = values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('');
      return `<saml:Attribute Name="${full}">${content}</saml:Attribute>`;
    })
    .join('');
}

/** A response around assertions, not signed. */
export function responseXml(
  content: string,
  {
    now,
    destination,
    issuer = ENTITY_ID,
    inResponseTo: request,
  }: { now: number; destination?: string; issuer?: string; inResponseTo?: string | undefined },
): string {
  const where = destination === undefined ? '' : ` Destination="${destination}"`;
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0" IssueInstant="${time(now)}"${where}${inResponseTo(request)}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${content}</samlp:Response>`;
}

/** How a signature differs from a usual one. */
export interface Signing {
  readonly algorithm?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  readonly canonicalisation?: string;
}

/** The element of this name, signed and with the signature where SAML's schema has it: after its Issuer, or first in metadata. */
export function signed(
  xml: string,
  element: 'Assertion' | 'Response' | 'EntityDescriptor' | 'EntitiesDescriptor',
  key: SigningKey,
  signing: Signing = {},
): string {
  const at = `//*[local-name(.)='${element}']`;
  const signer = new SignedXml({
    privateKey: key.privateKey,
    publicCert: pemOf(key),
    signatureAlgorithm: (signing.algorithm ?? RSA_SHA256) as never,
    canonicalizationAlgorithm: (signing.canonicalisation ?? EXCLUSIVE) as never,
  });
  Object.assign(signer.SignatureAlgorithms, furtherAlgorithms());
  signer.addReference({
    xpath: at,
    transforms: (signing.transforms ?? [ENVELOPED, EXCLUSIVE]) as never,
    digestAlgorithm: (signing.digest ?? SHA256) as never,
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: element.endsWith('Descriptor')
      ? { reference: at, action: 'prepend' }
      : { reference: `${at}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

function pemOf({ certificate }: SigningKey): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`;
}

/** Algorithms that xml-crypto does not have. */
function furtherAlgorithms() {
  const algorithm = (uri: string, make: (text: string, key: KeyObject) => string) =>
    class {
      getAlgorithmName = () => uri;
      getSignature = (text: string, key: KeyObject) => make(text, key);
      verifySignature = () => false;
    };
  const ecdsa = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
  const rsa384 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384';
  return {
    [ecdsa]: algorithm(ecdsa, (text, key) =>
      sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64'),
    ),
    [rsa384]: algorithm(rsa384, (text, key) => createSign('RSA-SHA384').update(text).sign(key, 'base64')),
  };
}

/** How an assertion is encrypted. */
export interface Encrypting {
  readonly cipher?: string;
  readonly transport?: string;
  readonly digest?: string;
  readonly mgf?: string;
}

/** An EncryptedAssertion. */
export async function encrypted(assertion: string, key: SigningKey, how: Encrypting = {}): Promise<string> {
  const options = {
    rsa_pub: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    pem: pemOf(key),
    encryptionAlgorithm: how.cipher ?? 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: how.transport ?? 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    keyEncryptionDigest: how.digest ?? 'sha1',
    ...(how.mgf !== undefined && { keyEncryptionMgf: how.mgf }),
    disallowEncryptionWithInsecureAlgorithm: false,
    warnInsecureAlgorithm: false,
  };
  const data = await new Promise<string>((resolve, reject) => {
    encrypt(assertion, options as never, (error: Error | null, result: string) =>
      error ? reject(error) : resolve(result),
    );
  });
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${data}</saml:EncryptedAssertion>`;
}

export const base64 = (xml: string): string => Buffer.from(xml).toString('base64');
