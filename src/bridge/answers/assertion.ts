import { SAML } from '../../federation/saml/namespaces.ts';
import {
  canonicalElement,
  canonicalText,
  type ElementParts,
  startTag,
} from '../../federation/saml/outgoing/canonical-element.ts';
import type { UnsignedElement } from '../../federation/saml/outgoing/sign-canonical.ts';
import type { IssuedNameId } from './name-id.ts';

/** Service providers whose clocks are behind would refuse an assertion that is valid from now on. */
const BACKDATED = 60_000;
/** How long a response may take through the browser. */
const VALID_FOR = 5 * 60_000;

/** What an assertion says. Times are ms since the epoch. */
export interface AssertionContent {
  readonly id: string;
  /** Our entity id. */
  readonly issuer: string;
  readonly nameId: IssuedNameId;
  /** The service provider. */
  readonly entityId: string;
  readonly audience: string;
  /** The address that it is sent to. */
  readonly acs: string;
  /** The ID of the request; `undefined`: nobody asked. */
  readonly inResponseTo: string | undefined;
  readonly now: number;
  readonly authenticatedAt: number;
  readonly sessionIndex: string;
  readonly sessionEndsAt: number | undefined;
  readonly classRef: string;
  readonly attributes: readonly IssuedAttribute[];
}

export interface IssuedAttribute {
  readonly name: string;
  readonly friendlyName?: string | undefined;
  readonly nameFormat: 'uri' | 'basic' | 'unspecified';
  readonly values: readonly string[];
}

const time = (ms: number): string => new Date(ms).toISOString();
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const NAME_FORMATS = 'urn:oasis:names:tc:SAML:2.0:attrname-format:';

const element = (name: string, parts: ElementParts, ...content: readonly string[]): string =>
  canonicalElement(`saml:${name}`, parts, content.join(''));
const text = (name: string, value: string): string => element(name, {}, canonicalText(value));

/** An assertion for the bearer (SAML V2.0 Profiles §4.1.4.2), in its canonical form; its signature goes after the Issuer. */
export function assertionElement(content: AssertionContent): UnsignedElement {
  const { id, issuer, now } = content;
  const start = startTag('saml:Assertion', {
    namespaces: { saml: SAML },
    attributes: { ID: id, IssueInstant: time(now), Version: '2.0' },
  });
  const rest = [subjectOf(content), conditionsOf(content), authnStatementOf(content), attributesOf(content)].join('');
  return { id, before: start + text('Issuer', issuer), after: `${rest}</saml:Assertion>` };
}

function subjectOf({ nameId, issuer, entityId, acs, inResponseTo, now }: AssertionContent): string {
  const isPairwise = nameId.format.endsWith(':persistent') || nameId.format.endsWith(':transient');
  const qualifiers = isPairwise ? { NameQualifier: issuer, SPNameQualifier: entityId } : {};
  const attributes = { Format: nameId.format, ...qualifiers };
  const data = { InResponseTo: inResponseTo, NotOnOrAfter: time(now + VALID_FOR), Recipient: acs };
  return element(
    'Subject',
    {},
    element('NameID', { attributes }, canonicalText(nameId.value)),
    element(
      'SubjectConfirmation',
      { attributes: { Method: BEARER } },
      element('SubjectConfirmationData', { attributes: data }),
    ),
  );
}

function conditionsOf({ now, audience }: AssertionContent): string {
  const attributes = { NotBefore: time(now - BACKDATED), NotOnOrAfter: time(now + VALID_FOR) };
  return element('Conditions', { attributes }, element('AudienceRestriction', {}, text('Audience', audience)));
}

function authnStatementOf({ authenticatedAt, sessionIndex, sessionEndsAt, classRef }: AssertionContent): string {
  const attributes = {
    AuthnInstant: time(authenticatedAt),
    SessionIndex: sessionIndex,
    SessionNotOnOrAfter: sessionEndsAt === undefined ? undefined : time(sessionEndsAt),
  };
  return element('AuthnStatement', { attributes }, element('AuthnContext', {}, text('AuthnContextClassRef', classRef)));
}

/** Attributes without a value are left out: an AttributeStatement must not be empty (SAML V2.0 Core §2.7.3). */
function attributesOf({ attributes }: AssertionContent): string {
  const given = attributes.filter(({ values }) => values.length > 0);
  if (given.length === 0) return '';
  const written = given.map(({ name, friendlyName, nameFormat, values }) =>
    element(
      'Attribute',
      { attributes: { FriendlyName: friendlyName, Name: name, NameFormat: NAME_FORMATS + nameFormat } },
      ...values.map((value) => text('AttributeValue', value)),
    ),
  );
  return element('AttributeStatement', {}, ...written);
}
