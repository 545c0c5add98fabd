import { createHash, randomBytes } from 'node:crypto';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { LoginRefused } from '../login-refused.ts';
import type { BeginLogin, BegunLogin, FinishedLogin, FinishLogin, RedirectConnector } from '../redirect-connector.ts';
import { authnRequestXml, withLoginHint } from './authn-request.ts';
import { endpointFor } from './bindings.ts';
import type { OwnAddresses } from './own-addresses.ts';
import type { OwnKeys } from './own-keys.ts';
import type { ProviderSource } from './provider-source.ts';
import { readSamlLogin } from './read-login.ts';
import { sendMessage } from './send-message.ts';
import { type AcceptedAssertion, verifyLogin } from './verify-login.ts';

/** Marks an assertion as used, until it would be refused anyway. @returns whether it was the first time. */
export type RedeemAssertion = (hash: string, lifetimeMs: number) => Promise<boolean>;

export interface SamlConnectorDependencies {
  readonly settings: SamlSettings;
  readonly connectorId: string;
  readonly addresses: OwnAddresses;
  readonly provider: ProviderSource;
  readonly keys: () => OwnKeys;
  readonly redeem: RedeemAssertion;
}

/** What has to be remembered from the request to the response. */
interface Kept {
  /** The ID of the request. */
  readonly id: string;
  /** Set if the person has to authenticate after this time; ms since the epoch. */
  readonly authenticatedSince?: number;
}

/** Signs people in at a SAML identity provider (SAML V2.0 Profiles §4.1). */
export function samlConnector(deps: SamlConnectorDependencies): RedirectConnector {
  return {
    answersByPost: true,
    begin: (request) => begin(deps, request),
    finish: (answer) => finish(deps, answer),
  };
}

async function begin(
  { settings, addresses, provider, keys }: SamlConnectorDependencies,
  { state, loginHint, reauthenticate, now }: BeginLogin,
): Promise<BegunLogin> {
  const { singleSignOn, validUntil = Number.POSITIVE_INFINITY } = await provider.current();
  if (now >= validUntil) throw new LoginRefused('metadata', 'the metadata of the provider have expired (validUntil)');
  const { requestBinding, nameIdFormat, authnContexts, loginHintParameter } = settings;
  const found = endpointFor(singleSignOn, requestBinding);
  if (found === undefined) {
    throw new LoginRefused('metadata', 'the provider has no SingleSignOnService by redirect or POST');
  }
  const id = `_${randomBytes(20).toString('hex')}`;
  const { location } = found.endpoint;
  const request = { id, addresses, destination: location, forceAuthn: reauthenticate, now };
  const destination = sendMessage({
    binding: found.name,
    location: withLoginHint(location, loginHintParameter, loginHint),
    parameter: 'SAMLRequest',
    xml: authnRequestXml({ ...request, nameIdFormat, authnContexts }),
    relayState: state,
    key: settings.signRequests ? keys().signing[0] : undefined,
  });
  const kept: Kept = { id, ...(reauthenticate && { authenticatedSince: now }) };
  return { ...destination, kept: JSON.stringify(kept) };
}

async function finish(deps: SamlConnectorDependencies, { parameters, kept, now }: FinishLogin): Promise<FinishedLogin> {
  const { id, authenticatedSince } = JSON.parse(kept) as Kept;
  const { settings, addresses } = deps;
  const assertion = await verifyLogin(deps, { encoded: parameters['SAMLResponse'] ?? '', inResponseTo: id, now });
  const login = readSamlLogin(settings, assertion, { addresses, authenticatedSince });
  const redeemed = redeemOnce(deps, assertion, now);
  // A login that is refused for another reason is not waited for.
  redeemed.catch(() => undefined);
  return { ...login, redeemed };
}

/** @throws {LoginRefused} if the assertion was used before. */
async function redeemOnce(
  { connectorId, redeem }: SamlConnectorDependencies,
  { id, acceptedUntil }: AcceptedAssertion,
  now: number,
): Promise<void> {
  const hash = createHash('sha256').update(`${connectorId}\n${id}`).digest('base64url');
  if (!(await redeem(hash, acceptedUntil - now))) {
    throw new LoginRefused('replay', 'the assertion has been used already');
  }
}
