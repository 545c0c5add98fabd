import type { DecryptElement } from './decrypt-assertion.ts';
import { attributeOf, childElements, childrenNamed, exactTextOf, isNamed, onlyChild, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { SAML } from './namespaces.ts';
import { parseSamlTime } from './saml-time.ts';

/** What a verified assertion says. Times are ms since the epoch. */
export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly nameId: NameId | undefined;
  readonly confirmation: SubjectConfirmation;
  /** From Conditions; absent bounds do not bind. */
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
  /** Each restriction must be met by one of its audiences. */
  readonly audiences: readonly (readonly string[])[];
  /** The earliest end of the sessions at the identity provider. */
  readonly sessionNotOnOrAfter: number | undefined;
  /** How and when the person authenticated, by AuthnStatement. */
  readonly authentications: readonly Authentication[];
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** The FriendlyName of attributes that have one, by name. */
  readonly friendlyNames: ReadonlyMap<string, string>;
}

/** What an identity provider calls a person (SAML V2.0 Core §2.2.3). Never blank. */
export interface NameId {
  readonly value: string;
  readonly format: string;
  readonly nameQualifier: string | undefined;
  readonly spNameQualifier: string | undefined;
}

/** An AuthnStatement (SAML V2.0 Core §2.7.2). */
export interface Authentication {
  readonly at: number | undefined;
  readonly sessionIndex: string | undefined;
  readonly classRef: string | undefined;
}

/** For the bearer, until when and where the assertion may be delivered (SAML V2.0 Profiles §4.1.4.2). */
export interface SubjectConfirmation {
  readonly recipient: string;
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number;
  readonly inResponseTo: string | undefined;
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/**
 * Reads an assertion (SAML V2.0 Core §2.3.3). The element must come from `verifyResponse`.
 * @param decrypt Decrypts its parts. Default: an encrypted NameID is refused, and encrypted attributes are left out.
 * @throws {SamlFault} xml, subject, audience, encryption
 */
export function readAssertion(assertion: Element, decrypt?: DecryptElement): Assertion {
  if (attributeOf(assertion, 'Version') !== '2.0') throw new SamlFault('xml', 'the assertion is not of SAML 2.0');
  const id = attributeOf(assertion, 'ID') ?? '';
  const issuer = onlyChild(assertion, SAML, 'Issuer');
  if (id === '' || issuer === undefined) throw new SamlFault('xml', 'the assertion has no ID or no Issuer');
  const subject = onlyChild(assertion, SAML, 'Subject');
  if (subject === undefined) throw new SamlFault('subject', 'the assertion has no Subject');
  const conditions = onlyChild(assertion, SAML, 'Conditions');
  const statements = childrenNamed(assertion, SAML, 'AuthnStatement');
  const ends = statements.flatMap((statement) => timeOf(statement, 'SessionNotOnOrAfter') ?? []);
  const attributes = attributesIn(assertion, decrypt);
  return {
    id,
    issuer: textOf(issuer),
    issuedAt: requiredTime(assertion, 'IssueInstant'),
    nameId: readNameId(subject, decrypt),
    confirmation: confirmationOf(subject),
    notBefore: conditions && timeOf(conditions, 'NotBefore'),
    notOnOrAfter: conditions && timeOf(conditions, 'NotOnOrAfter'),
    audiences: conditions === undefined ? [] : audiencesOf(conditions),
    sessionNotOnOrAfter: ends.length === 0 ? undefined : Math.min(...ends),
    authentications: statements.map(authenticationOf),
    attributes: valuesOf(attributes),
    friendlyNames: friendlyNamesOf(attributes),
  };
}

/** The NameID in a Subject or a LogoutRequest; `undefined` if there is none, or a blank one. @throws {SamlFault} subject, encryption */
export function readNameId(parent: Element, decrypt?: DecryptElement): NameId | undefined {
  const encrypted = onlyChild(parent, SAML, 'EncryptedID');
  if (encrypted !== undefined && decrypt === undefined) {
    throw new SamlFault('subject', 'the NameID is encrypted: encrypt the whole assertion instead');
  }
  const plain = onlyChild(parent, SAML, 'NameID');
  if (encrypted !== undefined && plain !== undefined) throw new SamlFault('subject', 'there are two NameIDs');
  const nameId = encrypted === undefined ? plain : decrypt?.(encrypted, 'NameID');
  const value = nameId === undefined ? '' : exactTextOf(nameId);
  if (nameId === undefined || value.trim() === '') return undefined;
  return {
    value,
    format: attributeOf(nameId, 'Format') ?? UNSPECIFIED,
    nameQualifier: attributeOf(nameId, 'NameQualifier'),
    spNameQualifier: attributeOf(nameId, 'SPNameQualifier'),
  };
}

function authenticationOf(statement: Element): Authentication {
  const context = onlyChild(statement, SAML, 'AuthnContext');
  const classRef = context && onlyChild(context, SAML, 'AuthnContextClassRef');
  return {
    at: timeOf(statement, 'AuthnInstant'),
    sessionIndex: attributeOf(statement, 'SessionIndex'),
    classRef: classRef && textOf(classRef),
  };
}

function confirmationOf(subject: Element): SubjectConfirmation {
  const confirmation = onlyChild(subject, SAML, 'SubjectConfirmation');
  const data = confirmation && onlyChild(confirmation, SAML, 'SubjectConfirmationData');
  if (confirmation === undefined || attributeOf(confirmation, 'Method') !== BEARER || data === undefined) {
    throw new SamlFault('subject', 'the Subject must have one SubjectConfirmation for the bearer, with its data');
  }
  const recipient = attributeOf(data, 'Recipient');
  if (recipient === undefined) throw new SamlFault('recipient', 'SubjectConfirmationData has no Recipient');
  return {
    recipient,
    notBefore: timeOf(data, 'NotBefore'),
    notOnOrAfter: requiredTime(data, 'NotOnOrAfter'),
    inResponseTo: attributeOf(data, 'InResponseTo'),
  };
}

/** The conditions that are understood. `OneTimeUse` holds for every assertion, and `ProxyRestriction` is about issuing others. */
const CONDITIONS = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** @throws {SamlFault} audience, if there is a condition that is not understood: it might not hold (SAML V2.0 Core §2.5.1.1). */
function audiencesOf(conditions: Element): string[][] {
  for (const condition of childElements(conditions)) {
    if (!CONDITIONS.some((name) => isNamed(condition, SAML, name))) {
      throw new SamlFault('audience', 'the Conditions contain one that is not supported');
    }
  }
  return childrenNamed(conditions, SAML, 'AudienceRestriction').map((restriction) =>
    childrenNamed(restriction, SAML, 'Audience').map(textOf),
  );
}

function attributesIn(assertion: Element, decrypt: DecryptElement | undefined): readonly Element[] {
  return childrenNamed(assertion, SAML, 'AttributeStatement').flatMap((statement) => {
    const encrypted = decrypt === undefined ? [] : childrenNamed(statement, SAML, 'EncryptedAttribute');
    const plain = childrenNamed(statement, SAML, 'Attribute');
    return [...plain, ...encrypted.flatMap((each) => decrypt?.(each, 'Attribute') ?? [])];
  });
}

/** Attributes by name; values of attributes with the same name are joined. */
function valuesOf(attributes: readonly Element[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const attribute of attributes) {
    const name = attributeOf(attribute, 'Name') ?? '';
    const values = childrenNamed(attribute, SAML, 'AttributeValue').map(attributeValue);
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  return found;
}

function friendlyNamesOf(attributes: readonly Element[]): ReadonlyMap<string, string> {
  return new Map(
    attributes.flatMap((attribute): [string, string][] => {
      const [name, friendlyName] = [attributeOf(attribute, 'Name'), attributeOf(attribute, 'FriendlyName')];
      return name === undefined || friendlyName === undefined ? [] : [[name, friendlyName]];
    }),
  );
}

/** Most values are text. `eduPersonTargetedID` is a NameID. */
function attributeValue(value: Element): string {
  const [only, ...others] = childElements(value);
  return only !== undefined && others.length === 0 && isNamed(only, SAML, 'NameID')
    ? exactTextOf(only)
    : exactTextOf(value);
}

function timeOf(element: Element, name: string): number | undefined {
  const text = attributeOf(element, name);
  return text === undefined ? undefined : parseSamlTime(text, name);
}

function requiredTime(element: Element, name: string): number {
  const time = timeOf(element, name);
  if (time === undefined) throw new SamlFault('xml', `${element.localName} has no ${name}`);
  return time;
}
