import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { CLOCK_TOLERANCE_MS } from '../../../kernel/clock-tolerance.ts';
import { checkAssertion, checkDestination } from '../../saml/check-assertion.ts';
import { decodeMessage } from '../../saml/decode-message.ts';
import { decryptElement } from '../../saml/decrypt-assertion.ts';
import { SamlFault } from '../../saml/fault.ts';
import { type Assertion, readAssertion } from '../../saml/read-assertion.ts';
import { type VerifiedResponse, verifyResponse } from '../../saml/verify-response.ts';
import { LoginRefused } from '../login-refused.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { OwnAddresses } from './own-addresses.ts';
import type { OwnKeys } from './own-keys.ts';
import type { ProviderSource } from './provider-source.ts';
import { withNewestKeys } from './with-newest-keys.ts';

export interface VerifyLoginDependencies {
  readonly settings: SamlSettings;
  readonly addresses: OwnAddresses;
  readonly provider: ProviderSource;
  readonly keys: () => OwnKeys;
}

export interface PresentedLogin {
  /** The SAMLResponse, in base64. */
  readonly encoded: string;
  /** The ID of the request that it answers; `undefined`: the provider began. Left out by tests, where it may answer any. */
  readonly inResponseTo?: string | undefined;
  readonly now: number;
}

/** An assertion that passed all checks, and until when they would pass, ms since the epoch. */
export type AcceptedAssertion = Assertion & { readonly acceptedUntil: number };

/** Verifies a response for a login (SAML V2.0 Profiles §4.1.4.3). @throws {LoginRefused} */
export async function verifyLogin(deps: VerifyLoginDependencies, login: PresentedLogin): Promise<AcceptedAssertion> {
  return await withNewestKeys(deps.provider, (provider) => verifyWith(deps, provider, login));
}

function verifyWith(
  { settings, addresses, keys }: VerifyLoginDependencies,
  provider: IdentityProvider,
  login: PresentedLogin,
): AcceptedAssertion {
  const { encoded, now } = login;
  if (now >= (provider.validUntil ?? Number.POSITIVE_INFINITY)) {
    throw new LoginRefused('metadata', 'the metadata of the provider have expired (validUntil)');
  }
  const privateKeys = () => keys().encryption.map(({ privateKey }) => privateKey);
  const response = verifyResponse(decodeMessage(encoded), {
    signingKeys: provider.signingKeys,
    privateKeys,
    isEncryptionRequired: settings.requireEncryption,
  });
  requireWantedSignatures(settings, response);
  if (response.issuer !== undefined && response.issuer !== provider.entityId) {
    throw new SamlFault('issuer', `the response's Issuer is not ${provider.entityId}`);
  }
  checkDestination(response, [addresses.acs]);
  // What is encrypted in the assertion is covered by the signature.
  const assertion = readAssertion(response.assertion, (element, name) =>
    decryptElement(element, name, { privateKeys: privateKeys(), isSigned: true }),
  );
  if ('inResponseTo' in login)
    requireAnswers(login.inResponseTo, [response.inResponseTo, assertion.confirmation.inResponseTo]);
  checkAssertion(assertion, {
    issuer: provider.entityId,
    recipients: [addresses.acs],
    audiences: [addresses.entityId],
    now,
  });
  const ends = [assertion.confirmation.notOnOrAfter, assertion.notOnOrAfter ?? Number.POSITIVE_INFINITY];
  return { ...assertion, acceptedUntil: Math.min(...ends) + CLOCK_TOLERANCE_MS };
}

function requireWantedSignatures(settings: SamlSettings, { signed }: VerifiedResponse): void {
  if (settings.requireSignedAssertion && !signed.assertion) {
    throw new SamlFault('signature', 'the assertion itself is not signed, which requireSignedAssertion demands');
  }
  if (settings.requireSignedResponse && !signed.response) {
    throw new SamlFault('signature', 'the response itself is not signed, which requireSignedResponse demands');
  }
}

/**
 * Both places must name the request. The response's own attribute may be unsigned, and so is only good for refusing. A response that nobody
 * asked for must name none: it would be the answer to somebody else's request.
 */
function requireAnswers(request: string | undefined, named: readonly (string | undefined)[]): void {
  if (named.every((each) => each === request)) return;
  const expected = request === undefined ? 'absent, as nobody here asked' : `the ID of the request, ${request}`;
  throw new LoginRefused('in-response-to', `InResponseTo must be ${expected}`);
}
