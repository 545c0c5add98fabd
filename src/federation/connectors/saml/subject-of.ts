import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { shortNameOf } from '../../provisioning/attribute-names.ts';
import type { Assertion, NameId } from '../../saml/read-assertion.ts';
import { LoginRefused } from '../login-refused.ts';

const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const LONGEST_SUBJECT = 1024;

interface Parties {
  readonly idpEntityId: string;
  readonly ownEntityId: string;
}

/**
 * What identifies a person for good: the attribute that the connector names, or the NameID with its format and qualifiers. Never a NameID that
 * changes with each login, or a blank value, which would be the same for everyone.
 * @throws {LoginRefused} subject
 */
export function subjectOf(
  { subjectAttribute }: Pick<SamlSettings, 'subjectAttribute'>,
  assertion: Pick<Assertion, 'attributes' | 'friendlyNames'> & { readonly nameId?: NameId | undefined },
  parties: Parties = { idpEntityId: '', ownEntityId: '' },
): string {
  const subject =
    subjectAttribute === undefined
      ? subjectOfNameId(assertion.nameId, parties)
      : subjectOfAttribute(assertion, subjectAttribute);
  if (subject.length > LONGEST_SUBJECT) {
    throw new LoginRefused('subject', `the subject has more than ${LONGEST_SUBJECT} characters`);
  }
  return subject;
}

function subjectOfAttribute(
  { attributes, friendlyNames }: Pick<Assertion, 'attributes' | 'friendlyNames'>,
  name: string,
): string {
  // An attribute that has the name in several ways must have the same value in each: which one is meant must not depend on an order.
  const values = [...attributes].flatMap(([each, own]) =>
    [each, friendlyNames.get(each), shortNameOf(each)].includes(name) ? own : [],
  );
  const [value = '', second] = new Set(values);
  if (value.trim() === '' || second !== undefined) {
    throw new LoginRefused('subject', `the attribute ${name} must have exactly one value`);
  }
  return value;
}

function subjectOfNameId(nameId: NameId | undefined, { idpEntityId, ownEntityId }: Parties): string {
  if (nameId === undefined) {
    throw new LoginRefused('subject', 'the assertion has no NameID: choose an attribute as subjectAttribute');
  }
  if (nameId.format === TRANSIENT) {
    throw new LoginRefused('subject', 'the NameID is transient: send a persistent one, or choose a subjectAttribute');
  }
  // The qualifiers default to the two parties (SAML V2.0 Core §8.3.7), so that a provider that begins to send them changes nobody's subject.
  const nameQualifier = nameId.nameQualifier === idpEntityId ? '' : (nameId.nameQualifier ?? '');
  const spNameQualifier = nameId.spNameQualifier === ownEntityId ? '' : (nameId.spNameQualifier ?? '');
  const parts = [nameId.format, nameQualifier, spNameQualifier].map((part) => encodeURIComponent(part));
  return [...parts.map((part) => part.replaceAll('!', '%21').replaceAll('%3A', ':')), nameId.value].join('!');
}
