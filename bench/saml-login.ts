import { verify, X509Certificate } from 'node:crypto';
import { metadataOf, rsaKey } from '../harness/saml-metadata.ts';
import { assertionXml, base64, encrypted, responseXml, signed } from '../harness/saml-responses.ts';
import { readProvider } from '../src/federation/connectors/saml/identity-provider.ts';
import { ownAddresses } from '../src/federation/connectors/saml/own-addresses.ts';
import { generateOwnKeys, readOwnKeys } from '../src/federation/connectors/saml/own-keys.ts';
import { fixedProvider } from '../src/federation/connectors/saml/provider-source.ts';
import { samlConnector } from '../src/federation/connectors/saml/saml-connector.ts';
import type { SamlSettings } from '../src/identity/documents/connectors/saml-settings.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';

const REQUEST = '_request';
const GROUPS = 100;

/** A sign-in through a SAML connector, without the store: the request, and the response with a hundred groups. */
async function prepare(): Promise<PreparedBench> {
  const now = Date.now();
  const key = rsaKey();
  const keys = readOwnKeys(await generateOwnKeys('corp', now));
  const addresses = ownAddresses('https://id.example.com', 'corp', undefined);
  const settings: SamlSettings = {
    kind: 'saml',
    idpEntityId: 'https://idp.example.com/saml',
    metadata: metadataOf(key),
    signRequests: true,
    requireSignedAssertion: false,
    requireSignedResponse: false,
    requireEncryption: false,
    trustEmail: false,
    allowIdpInitiated: false,
  };
  const { begin, finish } = samlConnector({
    settings,
    connectorId: 'c1',
    addresses,
    provider: fixedProvider(readProvider(settings, { issuerSettings: () => undefined, allowPrivate: false })),
    keys: () => keys,
    redeem: async () => true,
  });
  const attributes = {
    email: ['alice@example.com'],
    groups: Array.from({ length: GROUPS }, (_, index) => `group-${index}`),
  };
  const recipient = addresses.acs;
  const assertion = assertionXml({ now, recipient, audience: addresses.entityId, inResponseTo: REQUEST, attributes });
  const around = (content: string) => responseXml(content, { now, destination: recipient, inResponseTo: REQUEST });
  const assertionSigned = signed(around(assertion), 'Assertion', key);
  const [own] = keys.encryption;
  const publicKey = readOwnPublicKey(own.certificate);
  const inner = await encrypted(signed(assertion, 'Assertion', key), { ...own, publicKey });
  const call = { state: 'state', redirectUri: recipient, now };
  const login = (xml: string): Workload => {
    const parameters = { SAMLResponse: base64(xml) };
    const kept = JSON.stringify({ id: REQUEST });
    return { kind: 'async', call: () => finish({ ...call, parameters, kept }), concurrency: 1 };
  };
  const bytes = Buffer.from(assertion);
  const signature = Buffer.alloc(256);
  return {
    variants: {
      'RSA-2048 verification alone': { kind: 'sync', call: () => verify('sha256', bytes, key.publicKey, signature) },
      'request by redirect': {
        kind: 'async',
        call: () => begin({ ...call, loginHint: undefined, reauthenticate: false }),
        concurrency: 1,
      },
      'assertion signed': login(assertionSigned),
      'response and assertion signed': login(signed(assertionSigned, 'Response', key)),
      'assertion signed and encrypted': login(around(inner)),
    },
  };
}

function readOwnPublicKey(certificate: string) {
  return new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;
}

/** The cost of a sign-in at a SAML identity provider, compared with the bare signature verification. */
export const benches: readonly Bench[] = [{ name: 'saml', against: 'RSA-2048 verification alone', prepare }];
