import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { outboundFetch } from '../../../http/outbound-fetch.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { SamlFault } from '../../saml/fault.ts';
import { type LogoutEndpoint, readIdentityProvider } from '../../saml/read-metadata.ts';
import type { IssuerSettings } from '../../web-identity/issuer-settings.ts';
import { LoginRefused } from '../login-refused.ts';
import { BINDINGS } from './bindings.ts';

/** Metadata with one certificate have 2 to 20 KiB. */
const LARGEST_METADATA = 1024 * 1024;
const TIMEOUT_MS = 5000;

/** What is known of a connector's identity provider. */
export interface IdentityProvider {
  readonly entityId: string;
  /** DER in base64. All of them verify: there are several during a roll-over. */
  readonly signingCertificates: readonly string[];
  readonly signingKeys: readonly KeyObject[];
  readonly singleSignOn: readonly { readonly binding: string; readonly location: string }[];
  readonly singleLogout: readonly LogoutEndpoint[];
  /** When the metadata expire, ms since the epoch. */
  readonly validUntil: number | undefined;
}

/** How a connector's metadata may be fetched. */
export interface MetadataAccess {
  readonly issuerSettings: (issuer: string) => IssuerSettings | undefined;
  readonly allowPrivate: boolean;
}

type Source = Pick<
  SamlSettings,
  'idpEntityId' | 'metadataUrl' | 'metadata' | 'ssoUrl' | 'sloUrl' | 'certificates' | 'requestBinding'
>;

/** Reads who the identity provider is: from its metadata, or from settings in their place. @throws {LoginRefused} */
export async function readProvider(source: Source, access: MetadataAccess): Promise<IdentityProvider> {
  const { idpEntityId, metadataUrl, metadata } = source;
  if (metadataUrl !== undefined) {
    return fromMetadata(await fetchMetadata(metadataUrl, idpEntityId, access), idpEntityId);
  }
  return metadata === undefined ? fromSettings(source) : fromMetadata(metadata, idpEntityId);
}

function fromMetadata(text: string, idpEntityId: string): IdentityProvider {
  try {
    const { entityId, signingCertificates, singleSignOn, singleLogout, validUntil } = readIdentityProvider(
      text,
      idpEntityId,
    );
    const signingKeys = signingCertificates.map(publicKeyOf);
    return { entityId, signingCertificates, signingKeys, singleSignOn, singleLogout, validUntil };
  } catch (error) {
    if (error instanceof SamlFault) throw new LoginRefused('metadata', error.message, error);
    throw error;
  }
}

function fromSettings({ idpEntityId, ssoUrl = '', sloUrl, certificates = [], requestBinding }: Source) {
  const binding = BINDINGS[requestBinding ?? 'redirect'];
  return {
    entityId: idpEntityId,
    signingCertificates: certificates,
    signingKeys: certificates.map(publicKeyOf),
    singleSignOn: [{ binding, location: ssoUrl }],
    singleLogout: sloUrl === undefined ? [] : [{ binding, location: sloUrl, responseLocation: undefined }],
    validUntil: undefined,
  };
}

/** Metadata go through the client for outside addresses (S47), as the operator configured it for the provider's address. */
async function fetchMetadata(
  url: string,
  entityId: string,
  { issuerSettings, allowPrivate }: MetadataAccess,
): Promise<string> {
  const configured = issuerSettings(entityId) ?? issuerSettings(new URL(url).origin);
  const ca = configured?.caFile === undefined ? undefined : await readFile(configured.caFile, 'utf8');
  const fetch = outboundFetch({
    allowPrivate: allowPrivate || configured?.allowPrivateNetworks === true,
    limit: LARGEST_METADATA,
    timeoutMs: TIMEOUT_MS,
    ...(ca !== undefined && { ca }),
  });
  try {
    const answer = await fetch(url, { headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' } });
    if (answer.status !== 200) throw new Error(`the status is ${answer.status}`);
    return await answer.text();
  } catch (error) {
    throw new LoginRefused('unreachable', `${url}: ${(error as Error).message}`, error);
  }
}

function publicKeyOf(certificate: string): KeyObject {
  return new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;
}
