import { ENTITY_ID, metadataOf, rsaKey, type SigningKey } from '../../../../harness/saml-metadata.ts';
import { type AssertionParts, assertionXml, base64, responseXml, signed } from '../../../../harness/saml-responses.ts';
import { LoginRefused } from '../../../../src/federation/connectors/login-refused.ts';
import { readProvider } from '../../../../src/federation/connectors/saml/identity-provider.ts';
import { type OwnAddresses, ownAddresses } from '../../../../src/federation/connectors/saml/own-addresses.ts';
import { generateOwnKeys, type OwnKeys, readOwnKeys } from '../../../../src/federation/connectors/saml/own-keys.ts';
import { fixedProvider } from '../../../../src/federation/connectors/saml/provider-source.ts';
import {
  type SamlConnectorDependencies,
  samlConnector,
} from '../../../../src/federation/connectors/saml/saml-connector.ts';
import type { VerifiedLogin } from '../../../../src/federation/connectors/verified-login.ts';
import type { SamlSettings } from '../../../../src/identity/documents/connectors/saml-settings.ts';

/** What the suites of this directory share: a provider (a stand-in that signs whatever a test wants), and a connector for it. */

export const NOW = Date.UTC(2026, 10, 29, 12);
export const PUBLIC_URL = 'https://id.example.com';
export const ADDRESSES: OwnAddresses = ownAddresses(PUBLIC_URL, 'corp', undefined);
export const KEY = rsaKey();

export const SETTINGS: SamlSettings = {
  kind: 'saml',
  idpEntityId: ENTITY_ID,
  metadata: metadataOf(KEY),
  signRequests: true,
  requireSignedAssertion: false,
  requireSignedResponse: false,
  requireEncryption: false,
  trustEmail: false,
  allowIdpInitiated: false,
};

export interface SamlScene {
  readonly keys: OwnKeys;
  readonly connector: (settings?: Partial<SamlSettings>, more?: Partial<SamlConnectorDependencies>) => Opened;
}

export interface Opened {
  /** Begins a sign-in; answers what the browser takes to the provider, and the ID of the request. */
  begin(more?: {
    readonly reauthenticate?: boolean;
    readonly now?: number;
    readonly loginHint?: string;
  }): Promise<Begun>;
  finish(begun: Begun, encoded: string, now?: number): Promise<VerifiedLogin>;
}

export interface Begun {
  readonly id: string;
  readonly kept: string;
  readonly url: URL | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

export async function samlScene(): Promise<SamlScene> {
  const keys = readOwnKeys(await generateOwnKeys('corp', NOW));
  const used = new Set<string>();
  return {
    keys,
    connector(change = {}, more = {}) {
      const settings = { ...SETTINGS, ...change };
      const access = { issuerSettings: () => undefined, allowPrivate: true };
      const { begin, finish } = samlConnector({
        settings,
        connectorId: 'c1',
        addresses: ADDRESSES,
        provider: fixedProvider(readProvider(settings, access)),
        keys: () => keys,
        redeem: async (hash) => !used.has(hash) && used.add(hash) !== undefined,
        ...more,
      });
      const call = { state: 'the-state', redirectUri: ADDRESSES.acs };
      return {
        async begin({ reauthenticate = false, now = NOW, loginHint } = {}) {
          const begun = await begin({ ...call, loginHint, reauthenticate, now });
          const url = 'url' in begun ? new URL(begun.url) : undefined;
          const fields = 'post' in begun ? begun.post.fields : {};
          return { id: (JSON.parse(begun.kept) as { id: string }).id, kept: begun.kept, url, fields };
        },
        async finish({ kept }, encoded, now = NOW) {
          const parameters = { SAMLResponse: encoded, RelayState: call.state };
          const { redeemed, ...login } = await finish({ ...call, parameters, kept, now });
          await redeemed;
          return login;
        },
      };
    },
  };
}

/** The check that a login failed. */
export async function checkOf(login: Promise<VerifiedLogin>): Promise<string> {
  return await login.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof LoginRefused) return error.check;
      throw error;
    },
  );
}

let made = 0;

/** An assertion that answers a request, with an ID of its own. */
export function assertionFor(id: string | undefined, more: Partial<AssertionParts> = {}): string {
  return assertionXml({
    id: `_a${++made}`,
    now: NOW,
    recipient: ADDRESSES.acs,
    audience: ADDRESSES.entityId,
    inResponseTo: id,
    ...more,
  });
}

/** A response around it. */
export function responseFor(id: string | undefined, assertion: string, destination = ADDRESSES.acs): string {
  return responseXml(assertion, { now: NOW, destination, inResponseTo: id });
}

/** A response whose assertion is signed, as it is posted. */
export function answerTo({ id }: Pick<Begun, 'id'>, more: Partial<AssertionParts> = {}, key: SigningKey = KEY): string {
  return base64(signed(responseFor(id, assertionFor(id, more)), 'Assertion', key));
}
