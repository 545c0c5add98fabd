import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { type Claims, readClaim, textsOf } from '../../provisioning/read-claim.ts';
import { LoginRefused } from '../login-refused.ts';
import { CheckList } from '../login-tests/check-list.ts';
import type { LoginTester } from '../tested-login.ts';
import { subjectOf } from './subject-of.ts';

const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/**
 * Tests logins of a SAML identity provider by claims: attributes by Name or FriendlyName, `nameId`, `nameIdFormat` and
 * `authnContextClassRef`. A response works once,
 * for the browser that asked for it, so it is no evidence.
 */
export function samlLoginTester(settings: OpenSettings<SamlSettings>): LoginTester {
  return {
    async test(evidence) {
      if (evidence.kind !== 'claims') return undefined;
      const list = new CheckList();
      const claims = { ...evidence.claims, email_verified: settings.trustEmail };
      let subject: string | undefined;
      await list.run('subject', () => {
        subject = subjectIn(settings, claims);
        return subject;
      });
      if (subject === undefined) return { login: undefined, checks: list.checks };
      const { authnContextClassRef: acr } = evidence.claims;
      const rest = { amr: [], authTime: undefined, sessionId: undefined, logoutSubject: undefined };
      const factors = { acr: typeof acr === 'string' ? acr : undefined, vouchesForFactors: true };
      return { login: { subject, claims, ...factors, ...rest }, checks: list.checks };
    },
  };
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
  const read = { value: nameId.trim(), format, nameQualifier: undefined, spNameQualifier: undefined };
  return subjectOf(settings, { nameId: read, attributes: new Map(), friendlyNames: new Map() }, parties);
}
