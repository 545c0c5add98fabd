import { createHash } from 'node:crypto';
import type { SamlProvider } from '../../identity/documents/saml-provider.ts';
import {
  readAssertedTags,
  readRolePairs,
  readSessionDuration,
  readSessionName,
  readSourceIdentity,
} from './aws-attributes.ts';
import { SamlFault } from './fault.ts';
import type { Assertion } from './read-assertion.ts';
import { attributeConditions } from './saml-conditions.ts';
import type { SamlIdentity } from './saml-identity.ts';

/** SAML V2.0 Core §8.3.7 and §8.3.8. It is part of each session token, whose size is limited. */
const MAX_NAME_ID_LENGTH = 256;
const SAML2_FORMATS = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

/**
 * What a checked assertion says about a person to AWS's API: names, session, tags and condition keys.
 * @throws {SamlFault} subject, attributes
 */
export function identityOf(provider: SamlProvider, assertion: Assertion): Omit<SamlIdentity, 'acceptedUntil'> {
  const { nameId, attributes, confirmation, issuer } = assertion;
  if (nameId === undefined) throw new SamlFault('subject', 'the Subject has no NameID');
  const subject = nameId.value;
  if (subject.length > MAX_NAME_ID_LENGTH) {
    throw new SamlFault('subject', `the NameID has more than ${MAX_NAME_ID_LENGTH} characters`);
  }
  const subjectType = nameId.format.startsWith(SAML2_FORMATS)
    ? nameId.format.slice(SAML2_FORMATS.length)
    : nameId.format;
  const document = `${provider.accountId}/${provider.providerName}`;
  const nameQualifier = createHash('sha1').update(`${issuer}${document}`).digest('base64');
  const sessionClaims = { 'saml:sub': subject, 'saml:sub_type': subjectType, 'saml:namequalifier': nameQualifier };
  const conditions = attributeConditions(attributes);
  for (const [key, value] of Object.entries(sessionClaims)) conditions.set(key, value);
  conditions.set('saml:aud', confirmation.recipient).set('saml:iss', issuer).set('saml:doc', document);
  return {
    provider,
    issuer,
    subject,
    subjectType,
    audience: confirmation.recipient,
    nameQualifier,
    sessionName: readSessionName(attributes),
    rolePairs: readRolePairs(attributes),
    sourceIdentity: readSourceIdentity(attributes),
    sessionDuration: readSessionDuration(attributes),
    sessionEndsAt: assertion.sessionNotOnOrAfter,
    ...readAssertedTags(attributes),
    conditions,
    sessionClaims,
    assertionId: assertion.id,
  };
}
