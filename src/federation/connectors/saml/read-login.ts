import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { CLOCK_TOLERANCE_MS } from '../../../kernel/clock-tolerance.ts';
import type { Assertion, Authentication } from '../../saml/read-assertion.ts';
import { LoginRefused } from '../login-refused.ts';
import type { ProviderSession, VerifiedLogin } from '../verified-login.ts';
import { claimsOf } from './claims-of.ts';
import type { KeptSession } from './logout-message.ts';
import type { OwnAddresses } from './own-addresses.ts';
import { subjectOf } from './subject-of.ts';

interface Demands {
  readonly addresses: OwnAddresses;
  /** Set if the person had to authenticate after this time; ms since the epoch. */
  readonly authenticatedSince: number | undefined;
}

/**
 * Reads who signed in from a verified assertion, and checks what this connector demands of the login.
 * @throws {LoginRefused}
 */
export function readSamlLogin(
  settings: SamlSettings,
  assertion: Assertion,
  { addresses, authenticatedSince }: Demands,
): VerifiedLogin {
  const parties = { idpEntityId: settings.idpEntityId, ownEntityId: addresses.entityId };
  const authentication = authenticationOf(assertion, settings.authnContexts ?? []);
  const at = authentication.at;
  if (authenticatedSince !== undefined && (at === undefined || at + CLOCK_TOLERANCE_MS < authenticatedSince)) {
    throw new LoginRefused('auth-time', 'the person did not authenticate again, as was asked for (ForceAuthn)');
  }
  return {
    subject: subjectOf(settings, assertion, parties),
    claims: claimsOf(assertion, settings.trustEmail),
    amr: [],
    acr: authentication.classRef,
    vouchesForFactors: true,
    authTime: at === undefined ? undefined : Math.floor(at / 1000),
    sessionId: authentication.sessionIndex,
    // Several providers leave the format and the qualifiers out when they sign a person out.
    logoutSubject: assertion.nameId?.value,
    endsAt: sessionEndOf(assertion),
    providerSession: providerSessionOf(assertion, authentication),
  };
}

/** With the same tolerance as when the assertion arrived, else a session that is nearly over would be none at once. */
function sessionEndOf({ sessionNotOnOrAfter: end }: Assertion): number | undefined {
  return end === undefined ? undefined : end + CLOCK_TOLERANCE_MS;
}

/** Without a NameID, nobody can be named to the provider. */
function providerSessionOf({ nameId }: Assertion, { sessionIndex }: Authentication): ProviderSession | undefined {
  if (nameId === undefined) return undefined;
  return { kept: JSON.stringify({ nameId, sessionIndex } satisfies KeptSession) };
}

/** The authentication that the login rests on. @throws {LoginRefused} if there is none, or none as the connector asks for. */
function authenticationOf({ authentications }: Assertion, asked: readonly string[]): Authentication {
  const [first] = authentications;
  if (first === undefined) throw new LoginRefused('response', 'the assertion has no AuthnStatement');
  if (asked.length === 0) return first;
  const suitable = authentications.find(({ classRef }) => classRef !== undefined && asked.includes(classRef));
  if (suitable !== undefined) return suitable;
  throw new LoginRefused('authn-context', `the person authenticated by ${first.classRef ?? 'nothing that is named'}`);
}
