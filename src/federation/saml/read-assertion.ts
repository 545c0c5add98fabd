import { attributeOf, childElements, childrenNamed, isNamed, onlyChild, textOf } from './elements.ts';
import { SamlFault } from './fault.ts';
import { SAML } from './namespaces.ts';
import { parseSamlTime } from './saml-time.ts';

/** What a verified assertion says. Times are ms since the epoch. */
export interface Assertion {
  readonly id: string;
  readonly issuer: string;
  readonly issuedAt: number;
  readonly nameId: { readonly value: string; readonly format: string } | undefined;
  readonly confirmation: SubjectConfirmation;
  /** From Conditions; absent bounds do not bind. */
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
  /** Each restriction must be met by one of its audiences. */
  readonly audiences: readonly (readonly string[])[];
  /** The earliest end of the sessions at the identity provider. */
  readonly sessionNotOnOrAfter: number | undefined;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
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
 * @throws {SamlFault} xml, subject, audience
 */
export function readAssertion(assertion: Element): Assertion {
  if (attributeOf(assertion, 'Version') !== '2.0') throw new SamlFault('xml', 'the assertion is not of SAML 2.0');
  const id = attributeOf(assertion, 'ID') ?? '';
  const issuer = onlyChild(assertion, SAML, 'Issuer');
  if (id === '' || issuer === undefined) throw new SamlFault('xml', 'the assertion has no ID or no Issuer');
  const subject = onlyChild(assertion, SAML, 'Subject');
  if (subject === undefined) throw new SamlFault('subject', 'the assertion has no Subject');
  const conditions = onlyChild(assertion, SAML, 'Conditions');
  const ends = childrenNamed(assertion, SAML, 'AuthnStatement').flatMap(
    (statement) => timeOf(statement, 'SessionNotOnOrAfter') ?? [],
  );
  return {
    id,
    issuer: textOf(issuer),
    issuedAt: requiredTime(assertion, 'IssueInstant'),
    nameId: nameIdOf(subject),
    confirmation: confirmationOf(subject),
    notBefore: conditions && timeOf(conditions, 'NotBefore'),
    notOnOrAfter: conditions && timeOf(conditions, 'NotOnOrAfter'),
    audiences: conditions === undefined ? [] : audiencesOf(conditions),
    sessionNotOnOrAfter: ends.length === 0 ? undefined : Math.min(...ends),
    attributes: attributesOf(assertion),
  };
}

function nameIdOf(subject: Element): Assertion['nameId'] {
  if (onlyChild(subject, SAML, 'EncryptedID') !== undefined) {
    throw new SamlFault('subject', 'the NameID is encrypted: encrypt the whole assertion instead');
  }
  const nameId = onlyChild(subject, SAML, 'NameID');
  const value = nameId === undefined ? '' : textOf(nameId);
  if (nameId === undefined || value === '') return undefined;
  return { value, format: attributeOf(nameId, 'Format') ?? UNSPECIFIED };
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

/** Attributes by name; values of attributes with the same name are joined. */
function attributesOf(assertion: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of childrenNamed(assertion, SAML, 'AttributeStatement')) {
    for (const attribute of childrenNamed(statement, SAML, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      const values = childrenNamed(attribute, SAML, 'AttributeValue').map(attributeValue);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}

/** Most values are text. `eduPersonTargetedID` is a NameID. */
function attributeValue(value: Element): string {
  const [only, ...others] = childElements(value);
  return only !== undefined && others.length === 0 && isNamed(only, SAML, 'NameID') ? textOf(only) : textOf(value);
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
