import { type KeyObject, sign } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SamlFault } from './fault.ts';
import { SIGNATURE_ALGORITHMS, verifyText } from './signature-algorithms.ts';

/** The HTTP Redirect binding (SAML V2.0 Bindings §3.4): a deflated message in a URL, signed over the query string. */

export type MessageParameter = 'SAMLRequest' | 'SAMLResponse';

export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
/** Requests and logout messages have 1 to 3 KiB. A few hundred bytes can inflate to megabytes (CVE-2026-2575). */
const INFLATED_LIMIT = 64 * 1024;
/** The parameters that the binding defines, in the order in which they are signed. */
const SIGNED = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg'];
const KNOWN = new Set([...SIGNED, 'Signature', 'SAMLEncoding']);

/** A message that a browser takes to another server. */
export interface OutgoingMessage {
  readonly location: string;
  readonly parameter: MessageParameter;
  readonly xml: string;
  readonly relayState: string | undefined;
  /** An RSA key. Absent: the message is not signed. */
  readonly signingKey: KeyObject | undefined;
}

/** The URL that takes a message there. */
export function redirectUrl({ location, parameter, xml, relayState, signingKey }: OutgoingMessage): string {
  const pairs = [
    [parameter, deflateRawSync(Buffer.from(xml)).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState]]),
    ...(signingKey === undefined ? [] : [['SigAlg', RSA_SHA256]]),
  ];
  const encode = ([name = '', value = '']: readonly string[]): string => `${name}=${encodeURIComponent(value)}`;
  const query = pairs.map(encode).join('&');
  const signature = signingKey && sign('sha256', Buffer.from(query), signingKey).toString('base64');
  const [base = ''] = location.split('#');
  const signed = signature === undefined ? query : `${query}&${encode(['Signature', signature])}`;
  return `${base}${base.includes('?') ? '&' : '?'}${signed}`;
}

/** A message as it came in a URL. */
export interface IncomingMessage {
  readonly parameter: MessageParameter;
  readonly xml: string;
  readonly relayState: string | undefined;
  /** Absent if the query string is not signed. */
  readonly signature: QuerySignature | undefined;
}

interface QuerySignature {
  /** What is signed: parts of the query string as it was sent, since encoders differ. */
  readonly text: string;
  readonly algorithm: string;
  readonly value: string;
}

/**
 * Reads a message from the query string as it was sent, before any decoding.
 * @throws {SamlFault} encoding, signature
 */
export function readRedirect(rawQuery: string): IncomingMessage {
  const raw = rawParameters(rawQuery);
  const parameter = raw.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse';
  const encoded = decoded(raw, parameter);
  if (encoded === undefined || (raw.has('SAMLRequest') && raw.has('SAMLResponse'))) {
    throw new SamlFault('encoding', 'the address must have one SAMLRequest or SAMLResponse');
  }
  if ((decoded(raw, 'SAMLEncoding') ?? DEFLATE) !== DEFLATE) {
    throw new SamlFault('encoding', 'the SAMLEncoding is not DEFLATE');
  }
  return {
    parameter,
    xml: inflate(encoded),
    relayState: decoded(raw, 'RelayState'),
    signature: signatureIn(raw),
  };
}

/** @throws {SamlFault} signature, unless the query string is signed by one of the keys. */
export function requireSignedQuery({ signature }: IncomingMessage, keys: readonly KeyObject[]): void {
  if (signature === undefined) throw new SamlFault('signature', 'the message is not signed');
  const algorithm = SIGNATURE_ALGORITHMS.find(({ uri }) => uri === signature.algorithm);
  if (algorithm === undefined) {
    const named = /^[\w:/.#-]{1,100}$/.test(signature.algorithm) ? signature.algorithm : 'of the message';
    throw new SamlFault('signature', `SigAlg ${named} is not accepted: its sender must sign with SHA-256 or better`);
  }
  const suitable = keys.filter((key) => key.asymmetricKeyType === algorithm.keyType);
  const { text, value } = signature;
  if (!suitable.some((key) => verifyText(algorithm, { text, key, signature: value }))) {
    throw new SamlFault('signature', 'no signing certificate of the provider verifies the signature');
  }
}

/** The parameters of the binding, not decoded. Two of one name could be read differently by whoever signed and by us. */
function rawParameters(rawQuery: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    const cut = pair.indexOf('=');
    const rawName = cut < 0 ? pair : pair.slice(0, cut);
    const name = percentDecoded(rawName);
    if (!KNOWN.has(name)) continue;
    if (name !== rawName || found.has(name)) {
      throw new SamlFault('encoding', `the parameter ${name} is repeated or its name is encoded`);
    }
    found.set(name, cut < 0 ? '' : pair.slice(cut + 1));
  }
  return found;
}

function decoded(raw: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = raw.get(name);
  return value === undefined ? undefined : percentDecoded(value);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch (cause) {
    throw new SamlFault('encoding', 'the query string is not URL-encoded', { cause });
  }
}

function signatureIn(raw: ReadonlyMap<string, string>): QuerySignature | undefined {
  const algorithm = decoded(raw, 'SigAlg');
  const value = decoded(raw, 'Signature');
  if (algorithm === undefined && value === undefined) return undefined;
  if (algorithm === undefined || value === undefined) {
    throw new SamlFault('signature', `${value === undefined ? 'Signature' : 'SigAlg'} is missing`);
  }
  const text = SIGNED.flatMap((name) => (raw.has(name) ? [`${name}=${raw.get(name)}`] : [])).join('&');
  return { text, algorithm, value };
}

function inflate(encoded: string): string {
  try {
    const bytes = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: INFLATED_LIMIT });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SamlFault('encoding', `the message is not deflated UTF-8 of at most ${INFLATED_LIMIT} bytes`, { cause });
  }
}
