import { createHash, randomBytes } from 'node:crypto';
import { CLOCK_TOLERANCE_MS } from '../../../kernel/clock-tolerance.ts';
import { decryptElement } from '../../saml/decrypt-assertion.ts';
import { LoginRefused } from '../login-refused.ts';
import type { ArrivedMessage, FrontChannelLogout, ProviderSignOut, ReceivedLogout } from '../logout-connector.ts';
import type { Destination } from '../redirect-connector.ts';
import { endpointFor } from './bindings.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { type KeptSession, logoutRequestXml, logoutResponseXml } from './logout-message.ts';
import { type LogoutRequest, type LogoutResponse, readLogout, SENT_WITHIN } from './read-logout.ts';
import type { SamlConnectorDependencies } from './saml-connector.ts';
import { sendMessage } from './send-message.ts';
import { withNewestKeys } from './with-newest-keys.ts';

/** Single logout with a SAML identity provider (SAML V2.0 Profiles §4.4). Our messages are always signed. */
export function samlLogout(deps: SamlConnectorDependencies): FrontChannelLogout & ProviderSignOut {
  return {
    receive: (message, now) => receive(deps, message, now),
    async begin({ kept }, { state, now }) {
      const { singleLogout } = await deps.provider.current();
      const found = endpointFor(singleLogout, deps.settings.requestBinding) ?? endpointFor(singleLogout, undefined);
      if (found === undefined) return undefined;
      const { location } = found.endpoint;
      const xml = logoutRequestXml(sentTo(deps, location, now), JSON.parse(kept) as KeptSession);
      const key = deps.keys().signing[0];
      return sendMessage({ binding: found.name, location, parameter: 'SAMLRequest', xml, relayState: state, key });
    },
  };
}

function sentTo({ addresses }: SamlConnectorDependencies, destination: string, now: number) {
  return { id: `_${randomBytes(20).toString('hex')}`, issuer: addresses.entityId, destination, now };
}

async function receive(deps: SamlConnectorDependencies, arrived: ArrivedMessage, now: number): Promise<ReceivedLogout> {
  const { provider, message } = await withNewestKeys(deps.provider, (each) => ({
    provider: each,
    message: readWith(deps, { provider: each, arrived, now }),
  }));
  if (message.kind === 'response') return { kind: 'response', state: message.relayState };
  const hash = createHash('sha256').update(`${deps.connectorId}\nlogout ${message.id}`).digest('base64url');
  if (!(await deps.redeem(hash, SENT_WITHIN + 2 * CLOCK_TOLERANCE_MS))) {
    throw new LoginRefused('replay', 'the LogoutRequest has been used already');
  }
  return {
    kind: 'request',
    subject: message.subject,
    sessionIds: message.sessionIndexes,
    answer: answerTo(deps, provider, { message, now }),
  };
}

function readWith(
  { addresses, keys }: SamlConnectorDependencies,
  {
    provider,
    arrived,
    now,
  }: { readonly provider: IdentityProvider; readonly arrived: ArrivedMessage; readonly now: number },
): LogoutRequest | LogoutResponse {
  const privateKeys = () => keys().encryption.map(({ privateKey }) => privateKey);
  return readLogout(arrived, {
    signingKeys: provider.signingKeys,
    entityId: provider.entityId,
    slo: addresses.slo,
    decrypt: (element, name) => decryptElement(element, name, { privateKeys: privateKeys(), isSigned: true }),
    now,
  });
}

function answerTo(
  deps: SamlConnectorDependencies,
  { singleLogout }: IdentityProvider,
  { message, now }: { readonly message: LogoutRequest; readonly now: number },
): Destination | undefined {
  const found = endpointFor(singleLogout, message.binding) ?? endpointFor(singleLogout, undefined);
  if (found === undefined) return undefined;
  const location = found.endpoint.responseLocation ?? found.endpoint.location;
  return sendMessage({
    binding: found.name,
    location,
    parameter: 'SAMLResponse',
    xml: logoutResponseXml(sentTo(deps, location, now), message.id),
    relayState: message.relayState,
    key: deps.keys().signing[0],
  });
}
