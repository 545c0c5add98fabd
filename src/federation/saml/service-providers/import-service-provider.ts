import { X509Certificate } from 'node:crypto';
import { outboundFetch } from '../../../http/outbound-fetch.ts';
import { childrenNamed } from '../elements.ts';
import { SamlFault } from '../fault.ts';
import { XMLDSIG } from '../namespaces.ts';
import { verifySignature } from '../verify-signature.ts';
import { parseMetadata } from '../xml.ts';
import { readServiceProvider, type ServiceProviderMetadata } from './read-service-provider.ts';

/** The largest metadata, in characters. A federation's whole list is larger: import from a file with one service provider. */
export const LARGEST_METADATA = 256 * 1024;
const TIMEOUT_MS = 5000;

/** Fetches metadata. @throws {SamlFault} metadata */
export type FetchMetadata = (url: string) => Promise<string>;

/** The way to metadata at addresses that administrators of accounts choose (S47). */
export function metadataFetch(allowPrivate: boolean): FetchMetadata {
  const fetch = outboundFetch({ allowPrivate, limit: LARGEST_METADATA, timeoutMs: TIMEOUT_MS });
  return async (url) => {
    try {
      const accept = 'application/samlmetadata+xml, application/xml, text/xml';
      const answer = await fetch(url, { headers: { accept } });
      if (answer.status !== 200) throw new Error(`the status is ${answer.status}`);
      return await answer.text();
    } catch (cause) {
      throw new SamlFault('metadata', `${url}: ${(cause as Error).message}`, { cause });
    }
  };
}

export interface ImportOptions {
  readonly now: number;
  /** Which service provider, if the metadata describe several. */
  readonly entityId?: string | undefined;
  /** DER in base64: the metadata must be signed by its key. */
  readonly signedBy?: string | undefined;
}

/** Reads metadata that are to be used from now on. @throws {SamlFault} xml, metadata, signature */
export function importServiceProvider(
  text: string,
  { now, entityId, signedBy }: ImportOptions,
): ServiceProviderMetadata {
  if (text.length > LARGEST_METADATA) {
    throw new SamlFault('metadata', `they have more than ${LARGEST_METADATA} characters`);
  }
  const read = readServiceProvider(signedBy === undefined ? text : verified(text, signedBy), entityId);
  if (read.validUntil !== undefined && read.validUntil <= now) {
    throw new SamlFault('metadata', `they were valid until ${new Date(read.validUntil).toISOString()}: get new ones`);
  }
  return read;
}

/** The signed content of metadata, whose root must be signed (SAML V2.0 Metadata §3). */
function verified(text: string, certificate: string): string {
  const root = parseMetadata(text);
  const [signature, second] = childrenNamed(root, XMLDSIG, 'Signature');
  if (signature === undefined || second !== undefined) {
    throw new SamlFault('signature', 'the root element of the metadata must have one signature');
  }
  const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
  return verifySignature(root, signature, [publicKey]);
}
