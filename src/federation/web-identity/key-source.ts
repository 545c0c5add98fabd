import { readFile } from 'node:fs/promises';
import { type OutboundFetch, outboundFetch } from '../../http/outbound-fetch.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/** The largest discovery document and JWK Set, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
const TIMEOUT_MS = 5000;

/** An issuer's keys could not be had. The message is for the administrator. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  /** Whether the issuer could not be reached, so that trying again may help; else its answer was wrong. */
  readonly isUnreachable: boolean;

  constructor(message: string, options: { readonly isUnreachable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isUnreachable = options.isUnreachable;
  }
}

/** Gets an issuer's current keys. @throws {KeysUnavailable} */
export type KeySource = () => Promise<KeySet>;

export interface KeySourceOptions {
  readonly issuer: string;
  /** What the operator configured for this issuer, if anything. */
  readonly settings: IssuerSettings | undefined;
  /** Whether issuers may be in private networks without being configured so. */
  readonly allowPrivate: boolean;
  /** What takes precedence over the operator's settings for this issuer. */
  readonly own?: { readonly jwksUri?: string | undefined; readonly ca?: string | undefined };
  /** For discovery and keys together, in ms. Default: 5000. */
  readonly timeoutMs?: number;
}

/** Where an issuer's keys come from: a file of the operator, a configured address, or discovery (OpenID Connect Discovery §4). */
export function keySource({
  issuer,
  settings,
  allowPrivate,
  timeoutMs = TIMEOUT_MS,
  own = {},
}: KeySourceOptions): KeySource {
  const { jwksFile, caFile } = settings ?? {};
  const jwksUri = own.jwksUri ?? settings?.jwksUri;
  if (jwksFile !== undefined && own.jwksUri === undefined) return () => keysFromFile(jwksFile);
  const mayBePrivate = allowPrivate || settings?.allowPrivateNetworks === true;
  return async () => {
    // Read each time, so that a renewed certificate needs no restart.
    const ca = own.ca ?? (caFile === undefined ? undefined : await readText(caFile));
    const fetch = outboundFetch({
      allowPrivate: mayBePrivate,
      limit: LARGEST_ANSWER,
      timeoutMs,
      ...(ca !== undefined && { ca }),
    });
    const signal = AbortSignal.timeout(timeoutMs);
    return keysFrom(jwksUri ?? (await discoverKeys(fetch, issuer, signal)), fetch, signal);
  };
}

async function discoverKeys(fetch: OutboundFetch, issuer: string, signal: AbortSignal): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = (await getJson(fetch, url, signal)) as {
    readonly issuer?: unknown;
    readonly jwks_uri?: unknown;
  } | null;
  const { issuer: stated, jwks_uri: keys } = typeof found === 'object' && found !== null ? found : {};
  if (stated !== issuer) {
    throw new KeysUnavailable(`${url} names another issuer: ${JSON.stringify(stated)}`, { isUnreachable: false });
  }
  const scheme = issuer.startsWith('http:') ? /^https?:\/\// : /^https:\/\//;
  if (typeof keys !== 'string' || !URL.canParse(keys) || !scheme.test(keys)) {
    throw new KeysUnavailable(`${url} has no https address as jwks_uri`, { isUnreachable: false });
  }
  return keys;
}

async function keysFrom(url: string, fetch: OutboundFetch, signal: AbortSignal): Promise<KeySet> {
  return keySetOf(await getJson(fetch, url, signal), url);
}

async function getJson(fetch: OutboundFetch, url: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await get(fetch, url, signal);
  if (status !== 200)
    throw new KeysUnavailable(`${url} answered ${status}`, { isUnreachable: status >= 500 || status === 429 });
  return parseJson(text, url);
}

async function get(fetch: OutboundFetch, url: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, { headers: { accept: 'application/json' }, signal });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    const reason = signal.aborted ? 'no answer in time' : reasonOf(cause);
    throw new KeysUnavailable(`${url}: ${reason}`, { isUnreachable: true, cause });
  }
}

/** Several addresses that all failed have a reason each, and no message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** @throws {KeysUnavailable} if the file cannot be read, or holds no usable keys. */
export async function keysFromFile(path: string): Promise<KeySet> {
  return keySetOf(parseJson(await readText(path), path), path);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new KeysUnavailable(`${path}: ${reasonOf(cause)}`, { isUnreachable: false, cause });
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KeysUnavailable(`${where} is not JSON`, { isUnreachable: false, cause });
  }
}

function keySetOf(value: unknown, where: string): KeySet {
  try {
    return readKeySet(value);
  } catch (cause) {
    throw new KeysUnavailable(`${where}: ${reasonOf(cause)}`, { isUnreachable: false, cause });
  }
}
