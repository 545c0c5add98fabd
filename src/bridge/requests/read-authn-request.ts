import {
  attributeOf,
  childElements,
  childrenNamed,
  isNamed,
  onlyChild,
  textOf,
} from '../../federation/saml/elements.ts';
import { SamlFault } from '../../federation/saml/fault.ts';
import { SAML, SAMLP } from '../../federation/saml/namespaces.ts';
import { type NameId, readNameId } from '../../federation/saml/read-assertion.ts';
import { parseSamlTime } from '../../federation/saml/saml-time.ts';

/** An AuthnRequest (SAML V2.0 Core §3.4.1), as it is written. Nothing in it has been checked yet. */
export interface AuthnRequest {
  readonly id: string;
  /** The entity id of the service provider. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly destination: string | undefined;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  /** Where the response is to go: one of these three, or nothing. */
  readonly acsUrl: string | undefined;
  readonly acsIndex: number | undefined;
  readonly protocolBinding: string | undefined;
  readonly nameIdPolicy: NameIdPolicy | undefined;
  /** Whom it is about, if it says so. */
  readonly subject: NameId | undefined;
  readonly context: RequestedContext | undefined;
}

export interface NameIdPolicy {
  readonly format: string | undefined;
  readonly spNameQualifier: string | undefined;
}

/** A RequestedAuthnContext (SAML V2.0 Core §3.3.2.2.1). */
export interface RequestedContext {
  readonly classRefs: readonly string[];
  /** How the context of the answer is compared with them. */
  readonly comparison: Comparison;
}

const COMPARISONS = ['exact', 'minimum', 'maximum', 'better'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** An NCName, which InResponseTo can carry. */
const ID = /^[\p{L}_][\p{L}\p{N}._-]{0,255}$/u;
const MOST_CLASS_REFS = 30;
const LARGEST_INDEX = 65_535;
/** In characters. Anyone can send a request, and what it says is stored while the person signs in. Core §8.3.7 allows names 256. */
const LONGEST_TEXT = 1024;

/** The entity id of the app that a message says it is from. @throws {SamlFault} issuer */
export function issuerOf(message: Element): string {
  const issuer = onlyChild(message, SAML, 'Issuer');
  const value = issuer === undefined ? '' : textOf(issuer);
  if (value === '') throw new SamlFault('issuer', 'the message has no Issuer');
  return value;
}

/** Reads an AuthnRequest. Scoping is ignored: no other identity provider is asked. @throws {SamlFault} */
export function readAuthnRequest(request: Element): AuthnRequest {
  if (!isNamed(request, SAMLP, 'AuthnRequest') || attributeOf(request, 'Version') !== '2.0') {
    throw new SamlFault('xml', 'the message is not a SAML 2.0 AuthnRequest');
  }
  const id = attributeOf(request, 'ID') ?? '';
  if (!ID.test(id)) throw new SamlFault('xml', 'the ID of the AuthnRequest is not an XML name');
  const policy = onlyChild(request, SAMLP, 'NameIDPolicy');
  const subject = onlyChild(request, SAML, 'Subject');
  const context = onlyChild(request, SAMLP, 'RequestedAuthnContext');
  return {
    id,
    issuer: issuerOf(request),
    issuedAt: parseSamlTime(attributeOf(request, 'IssueInstant') ?? '', 'IssueInstant'),
    destination: attributeOf(request, 'Destination'),
    forceAuthn: booleanOf(request, 'ForceAuthn'),
    isPassive: booleanOf(request, 'IsPassive'),
    acsUrl: attributeOf(request, 'AssertionConsumerServiceURL'),
    acsIndex: indexOf(request),
    protocolBinding: shortOf(attributeOf(request, 'ProtocolBinding'), 'ProtocolBinding'),
    nameIdPolicy: policy && {
      format: shortOf(attributeOf(policy, 'Format'), 'Format'),
      spNameQualifier: shortOf(attributeOf(policy, 'SPNameQualifier'), 'SPNameQualifier'),
    },
    subject: subject && shortNameIdOf(subject),
    context: context && requestedContextOf(context),
  };
}

/** @throws {SamlFault} xml */
function shortOf<Text extends string | undefined>(text: Text, name: string): Text {
  if (text !== undefined && text.length > LONGEST_TEXT) {
    throw new SamlFault('xml', `${name} has more than ${LONGEST_TEXT} characters`);
  }
  return text;
}

function shortNameIdOf(subject: Element): NameId | undefined {
  const nameId = readNameId(subject);
  for (const text of Object.values(nameId ?? {})) shortOf(text, 'a part of the NameID');
  return nameId;
}

/** An `xs:boolean`, which may be written as a digit. @throws {SamlFault} xml */
function booleanOf(element: Element, name: string): boolean {
  const text = attributeOf(element, name)?.trim() ?? 'false';
  if (!/^(?:true|false|0|1)$/.test(text)) throw new SamlFault('xml', `${name} is not true or false`);
  return text === 'true' || text === '1';
}

function indexOf(request: Element): number | undefined {
  const text = attributeOf(request, 'AssertionConsumerServiceIndex')?.trim();
  if (text === undefined) return undefined;
  const index = /^\d{1,5}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (index > LARGEST_INDEX) throw new SamlFault('xml', 'AssertionConsumerServiceIndex is not a number up to 65535');
  return index;
}

function requestedContextOf(context: Element): RequestedContext {
  const comparison = COMPARISONS.find((each) => each === (attributeOf(context, 'Comparison') ?? 'exact'));
  if (comparison === undefined) throw new SamlFault('xml', 'the Comparison of RequestedAuthnContext is unknown');
  const classRefs = childrenNamed(context, SAML, 'AuthnContextClassRef').map((each) =>
    shortOf(textOf(each), 'AuthnContextClassRef'),
  );
  // References to declarations cannot be met: we have none.
  const isOfDeclarations = childElements(context).length > classRefs.length;
  if (classRefs.length > MOST_CLASS_REFS || (classRefs.length === 0 && !isOfDeclarations)) {
    throw new SamlFault('xml', `RequestedAuthnContext must have 1 to ${MOST_CLASS_REFS} class references`);
  }
  return { classRefs, comparison };
}
