import { type KeyObject, X509Certificate } from 'node:crypto';
import { readForms } from '../../harness/html-forms.ts';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { rsaKey, type SigningKey } from '../../harness/saml-metadata.ts';
import { openBridge } from '../../src/bridge/open-bridge.ts';
import { type Assertion, readAssertion } from '../../src/federation/saml/read-assertion.ts';
import { readIdentityProvider } from '../../src/federation/saml/read-metadata.ts';
import { redirectUrl } from '../../src/federation/saml/redirect-binding.ts';
import { metadataFetch } from '../../src/federation/saml/service-providers/import-service-provider.ts';
import { verifyResponse } from '../../src/federation/saml/verify-response.ts';
import { samlKeys } from '../../src/identity/documents/account-keys/saml-key.ts';
import type { Application } from '../../src/identity/documents/application.ts';
import type { SamlApplicationSettings } from '../../src/identity/documents/applications/saml-application.ts';
import { openSamlKeys, type SamlKeys } from '../../src/identity/saml-keys/open-saml-keys.ts';
import { APPS } from '../oidc/app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from '../oidc/installation.ts';
import { ACS, SETTINGS, SP } from './scene.ts';

/** What the suites through the door share: the server, applications, and a service provider that is a stand-in. */

export const SP_KEY = rsaKey();
/** Of somebody else. */
export const OTHER_KEY = rsaKey();

export interface BridgeScene extends Installation {
  readonly keys: SamlKeys;
  /** What they are opened with. */
  readonly keyParts: Parameters<typeof openSamlKeys>[0];
  /** What sign-ons and sign-outs came to, as the metrics count it. */
  readonly counted: string[];
  readonly addresses: { readonly metadata: string; readonly sso: string; readonly slo: string };
  /** Stores an application, by default of the service provider of these tests. */
  addApplication(change?: Partial<Application>, settings?: Partial<SamlApplicationSettings>): Promise<Application>;
  /** The keys in the published metadata, read as a service provider does. */
  signingKeys(): Promise<readonly KeyObject[]>;
}

let ahead = 0;
/** Moves the clocks of all scenes on. */
export function passTime(ms: number): void {
  ahead += ms;
}
const clock = { now: () => Date.now() + ahead };

/** @param more further options of the server. */
export async function openBridgeScene(more: Parameters<typeof install>[0] = {}): Promise<BridgeScene> {
  const counted: string[] = [];
  let keys: SamlKeys | undefined;
  let keyParts: BridgeScene['keyParts'] | undefined;
  const installation = await install({
    ...more,
    clients: APPS,
    clock,
    protocol: (parts) => {
      const { collections, keyRing } = parts;
      keyParts = { collection: collections.open(samlKeys), sealer: keyRing.sealer, clock };
      const opened = openSamlKeys(keyParts);
      keys = opened;
      const observe = (outcome: string) => counted.push(outcome);
      const observeLogout = (outcome: string) => counted.push(`logout ${outcome}`);
      return (browsers) =>
        openBridge(
          {
            ...parts,
            sessionMs: 86_400_000,
            samlKeys: opened,
            fetchMetadata: metadataFetch(true),
            observe,
            observeLogout,
          },
          browsers,
        );
    },
  });
  if (keys === undefined || keyParts === undefined) throw new Error('the protocol was not opened');
  const at = (path: string): string => `${installation.url}/saml/idp/${ACCOUNT}/${path}`;
  const addresses = { metadata: at('metadata'), sso: at('sso'), slo: at('slo') };
  return {
    ...installation,
    keys,
    keyParts,
    counted,
    addresses,
    async addApplication(change = {}, settings = {}) {
      const now = clock.now();
      const application: Application = {
        accountId: ACCOUNT,
        applicationId: 'grafana',
        displayName: 'Grafana',
        openTo: 'account',
        assignments: { users: [], groups: [] },
        entityId: SP,
        settings: { ...SETTINGS, ...settings },
        origin: 'api',
        createdAt: now,
        updatedAt: now,
        ...change,
      };
      await installation.identities.applications.insert(application);
      return application;
    },
    async signingKeys() {
      const { signingCertificates } = readIdentityProvider(await (await fetch(addresses.metadata)).text());
      return signingCertificates.map(publicKeyOf);
    },
  };
}

const publicKeyOf = (certificate: string): KeyObject =>
  new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;

/** The parts of an AuthnRequest that tests vary. */
export interface RequestParts {
  readonly id?: string;
  readonly issuer?: string;
  /** Attributes of the request, as text. */
  readonly attributes?: string;
  readonly destination?: string | undefined;
  readonly issuedAt?: number;
  /** Further children, after the Issuer. */
  readonly content?: string;
}

let made = 0;

export function authnRequest(scene: BridgeScene, parts: RequestParts = {}): string {
  const { id = `_r${++made}`, issuer = SP, attributes = '', issuedAt = clock.now(), content = '' } = parts;
  const destination = 'destination' in parts ? parts.destination : scene.addresses.sso;
  const at = new Date(issuedAt).toISOString();
  const to = destination === undefined ? '' : ` Destination="${destination}"`;
  return `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at}"${to} ${attributes}><saml:Issuer>${issuer}</saml:Issuer>${content}</samlp:AuthnRequest>`;
}

/** Where the service provider sends the browser with a message. */
export function sentTo(
  location: string,
  xml: string,
  { key, relayState }: { readonly key?: SigningKey | undefined; readonly relayState?: string | undefined } = {},
): string {
  return redirectUrl({ location, parameter: 'SAMLRequest', xml, relayState, signingKey: key?.privateKey });
}

/** Goes to single sign-on with an AuthnRequest by redirect. */
export async function begin(
  scene: BridgeScene,
  person: Person,
  { parts, ...how }: { readonly parts?: RequestParts; readonly key?: SigningKey; readonly relayState?: string } = {},
): Promise<PageSeen> {
  return pageOf(await person.open(sentTo(scene.addresses.sso, authnRequest(scene, parts), how)));
}

export function pageOf(seen: Seen): PageSeen {
  if (seen.kind !== 'page') throw new Error(`left for ${seen.url}`);
  return seen;
}

/** Signs in on the page that is shown. */
export async function signIn(page: PageSeen, name = 'alice', password = PASSWORD): Promise<PageSeen> {
  return pageOf(await page.submit('sign in', { account: ACCOUNT, 'user name': name, password }));
}

/** What a page posts to the service provider. */
export interface Posted {
  readonly action: string;
  readonly xml: string;
  readonly relayState: string | undefined;
}

export function postedBy({ html }: PageSeen): Posted {
  const form = readForms(html).find(({ fields }) => fields.some(({ name }) => name === 'SAMLResponse'));
  if (form?.action === undefined) throw new Error('the page posts no response');
  const value = (name: string) => form.fields.find((field) => field.name === name)?.value;
  return {
    action: form.action,
    xml: Buffer.from(value('SAMLResponse') ?? '', 'base64').toString(),
    relayState: value('RelayState'),
  };
}

/** The assertion that a page posts, as a service provider verifies it. */
export async function assertionOf(scene: BridgeScene, page: PageSeen): Promise<Assertion> {
  const { xml } = postedBy(page);
  const signingKeys = await scene.signingKeys();
  const verified = verifyResponse(xml, {
    signingKeys,
    privateKeys: () => [SP_KEY.privateKey],
    isEncryptionRequired: false,
  });
  return readAssertion(verified.assertion);
}

/** The status codes of the response that a page posts, by the last parts of their URNs. */
export function statusOf(page: PageSeen): string {
  return [...postedBy(page).xml.matchAll(/status:(\w+)"/g)].map(([, name]) => name).join(' ');
}

export const newBrowser = (scene: BridgeScene): Person => newPerson(scene.url);

export { ACCOUNT, ACS, SP };
