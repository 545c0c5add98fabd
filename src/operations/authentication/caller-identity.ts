import { hash } from 'node:crypto';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type ParsedSignature, parseSignedRequest } from '../../wire/sigv4/parse-authorization.ts';
import { createSignatureCache } from '../../wire/sigv4/signature-cache.ts';
import type { RequestHeaders, SignedRequest } from '../../wire/sigv4/signed-request.ts';
import { readSignedIdentity, type SentIdentity } from './read-signed-identity.ts';
import type { Authenticate } from './signature.ts';

/** The header that says whom the signed request is for. It must be signed, so that nobody else can use the request. */
export const AUDIENCE_HEADER = 'x-rolecall-audience';
/** How old a signature may be, in ms. With {@link AHEAD_MS}, less than the lifetime of `usedCallerIdentity` in the ephemeral store. */
const MAX_AGE_MS = 60_000;
/** How far ahead the signer's clock may be, in ms. */
const AHEAD_MS = 10_000;

/** The only parameters that the signed request may have, in any order. */
const PARAMETERS = 'Action=GetCallerIdentity&Version=2011-06-15';

/** Who signed a `GetCallerIdentity`. */
export interface ProvenIdentity {
  readonly caller: Caller;
  /** Identifies this signature, in whatever form it is sent. */
  readonly id: string;
}

export interface IdentityQuestion {
  /** The request, in one of the forms of {@link readSignedIdentity}. */
  readonly sent: string;
  /** The value that {@link AUDIENCE_HEADER} must have. */
  readonly audience: string;
  /** The address of the client that sends it. */
  readonly ip: string;
  readonly now: number;
}

/** @throws {ServiceError} if the request was not signed for this purpose, by a valid credential, in the last minute. */
export type ProveIdentity = (question: IdentityQuestion) => Promise<ProvenIdentity>;

const MAX_CACHED = 1000;

/**
 * Verifies a `GetCallerIdentity` that was signed, but not sent. Nothing is fetched: the signature is verified as that of a call would be, so
 * the request must name this server as its host. It proves who the signer is to the party in {@link AUDIENCE_HEADER} alone.
 * Whether it was used before is for the caller to check.
 */
export function identityProver({
  authenticate,
  publicUrl,
}: {
  readonly authenticate: Authenticate;
  /** Without a trailing slash. */
  readonly publicUrl: string;
}): ProveIdentity {
  const cache = createSignatureCache({ capacity: MAX_CACHED });
  const { origin, host } = new URL(publicUrl);

  return async ({ sent, audience, ip, now }) => {
    const request = pinned(readSignedIdentity(sent), { origin, host, audience });
    const parsed = parseSignedRequest(request, cache);
    requirePurpose(parsed, now);
    const { caller } = await authenticate({ ...request, ip }, now, () => {});
    // They are for what their request grants, and do not make another party take their bearer for the approver.
    if (caller.session?.delegation !== undefined) throw refused('delegated credentials do not prove an identity');
    return { caller, id: hash('sha256', `${parsed.credential}\n${parsed.signature}`) };
  };
}

interface Pin {
  readonly origin: string;
  readonly host: string;
  readonly audience: string;
}

/** The request with the headers that it must have been signed with. A presigned URL does not contain them. */
function pinned(sent: SentIdentity, { origin, host, audience }: Pin): SignedRequest {
  const { url, method, body } = sent;
  if (url.origin !== origin || url.pathname !== '/' || url.hash !== '' || `${url.username}${url.password}` !== '') {
    throw refused('the request is not for the public URL of this server');
  }
  const expected = { host, [AUDIENCE_HEADER]: audience };
  for (const [name, value] of Object.entries(expected)) {
    const given = sent.headers?.[name];
    if (sent.headers !== undefined && given !== value) throw refused(`the header ${name} is missing, or is another`);
  }
  const headers: RequestHeaders = sent.headers ?? expected;
  if (parametersOf(url, body) !== PARAMETERS) {
    throw refused('the request is not GetCallerIdentity of version 2011-06-15, without further parameters');
  }
  return { method, path: '/', rawQuery: url.search.slice(1), headers, body: Buffer.from(body) };
}

function parametersOf(url: URL, body: string): string {
  const all = [...url.searchParams, ...new URLSearchParams(body)].filter(([name]) => !name.startsWith('X-Amz-'));
  return all
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
}

function requirePurpose({ signedHeaders, scope, time }: ParsedSignature, now: number): void {
  if (!signedHeaders.includes(AUDIENCE_HEADER)) throw refused(`the header ${AUDIENCE_HEADER} is not signed`);
  if (scope.service !== 'sts') throw refused('the signature is not scoped to sts');
  // The signed time has whole seconds.
  if (time < Math.floor((now - MAX_AGE_MS) / 1000) * 1000 || time > now + AHEAD_MS) {
    throw refused('the signature is older than a minute, or from the future');
  }
}

function refused(message: string): ServiceError {
  return new ServiceError('SignatureDoesNotMatch', message);
}
