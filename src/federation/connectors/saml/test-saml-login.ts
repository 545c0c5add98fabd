import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { shortNameOf } from '../../provisioning/attribute-names.ts';
import { type Claims, readClaim, textsOf } from '../../provisioning/read-claim.ts';
import type { ConnectorDependencies, TestedConnector } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import { CheckList } from '../login-tests/check-list.ts';
import type { LoginTester } from '../tested-login.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { subjectOf } from './subject-of.ts';
import { testSamlResponse } from './test-saml-response.ts';

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

interface Dependencies {
  readonly deps: ConnectorDependencies;
  readonly settings: OpenSettings<SamlSettings>;
  readonly tested: TestedConnector;
}

/**
 * Tests logins of a SAML identity provider by a response, or by claims: attributes by Name or FriendlyName, `nameId`, `nameIdFormat` and
 * `authnContextClassRef`.
 */
export function samlLoginTester(given: Dependencies): LoginTester {
  return {
    async test(evidence, now) {
      const list = new CheckList();
      switch (evidence.kind) {
        case 'claims':
          return { login: await testClaims(list, given.settings, evidence.claims), checks: list.checks };
        case 'saml-response': {
          const login = await testSamlResponse(list, given, { encoded: evidence.response, now });
          return { login, checks: list.checks };
        }
        default:
          return undefined;
      }
    },
  };
}

async function testClaims(
  list: CheckList,
  settings: OpenSettings<SamlSettings>,
  given: Claims,
): Promise<VerifiedLogin | undefined> {
  const named = Object.entries(given).map(([name, value]) => [shortNameOf(name) ?? name, value] as const);
  const claims = { ...Object.fromEntries(named), ...given, email_verified: settings.trustEmail };
  let subject: string | undefined;
  await list.run('subject', () => {
    subject = subjectIn(settings, claims);
    return subject;
  });
  if (subject === undefined) return undefined;
  const { authnContextClassRef: acr } = given;
  const rest = { amr: [], authTime: undefined, sessionId: undefined, logoutSubject: undefined };
  const factors = { acr: typeof acr === 'string' ? acr : undefined, vouchesForFactors: true };
  return { subject, claims, ...factors, ...rest };
}

function subjectIn(settings: OpenSettings<SamlSettings>, claims: Claims): string {
  const { subjectAttribute, idpEntityId, entityId } = settings;
  if (subjectAttribute !== undefined) {
    const values = textsOf(readClaim(claims, subjectAttribute));
    return subjectOf(settings, { attributes: new Map([[subjectAttribute, values]]), friendlyNames: new Map() });
  }
  const { nameId, nameIdFormat: format = UNSPECIFIED } = claims;
  if (typeof nameId !== 'string' || nameId.trim() === '' || typeof format !== 'string') {
    throw new LoginRefused('subject', 'nameId is absent');
  }
  const parties = { idpEntityId, ownEntityId: entityId ?? '' };
  const read = { value: nameId, format, nameQualifier: undefined, spNameQualifier: undefined };
  return subjectOf(settings, { nameId: read, attributes: new Map(), friendlyNames: new Map() }, parties);
}
