import * as z from 'zod';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RequestHeaders } from '../../wire/sigv4/signed-request.ts';

/** A signed request that was handed over instead of being sent. Nothing is verified yet. */
export interface SentIdentity {
  readonly method: string;
  readonly url: URL;
  /** With names in lower case; `undefined` for a presigned URL, which contains none. */
  readonly headers: RequestHeaders | undefined;
  readonly body: string;
}

/** Longer than any session token, base64, and the rest of a request. */
const MAX_LENGTH = 16_384;
/** How tokens for Kubernetes begin (aws-iam-authenticator). */
const KUBERNETES_PREFIX = 'k8s-aws-v1.';

const headersShape = z.record(z.string(), z.union([z.string(), z.tuple([z.string()]).transform(([value]) => value)]));
/** The fields of HashiCorp Vault's AWS login: URL, body and headers are in base64. */
const vaultShape = z.strictObject({
  iam_http_request_method: z.enum(['GET', 'POST']),
  iam_request_url: z.string(),
  iam_request_body: z.string().default(''),
  iam_request_headers: z.union([z.string(), headersShape]),
});

/**
 * Reads one of these forms: a presigned URL; that URL in base64url after `k8s-aws-v1.`; or, in base64url, the JSON object that clients of
 * HashiCorp Vault make of a request with a signed header.
 * @throws {ServiceError} IncompleteSignature
 */
export function readSignedIdentity(sent: string): SentIdentity {
  if (sent.length > MAX_LENGTH) throw unreadable();
  if (/^https?:/i.test(sent)) return presigned(sent);
  if (sent.startsWith(KUBERNETES_PREFIX)) return presigned(decoded(sent.slice(KUBERNETES_PREFIX.length)));
  return signedByHeader(decoded(sent));
}

function presigned(text: string): SentIdentity {
  return { method: 'GET', url: urlOf(text), headers: undefined, body: '' };
}

function signedByHeader(json: string): SentIdentity {
  const parsed = vaultShape.safeParse(parsedJson(json));
  if (!parsed.success) throw unreadable();
  const { iam_http_request_method: method, iam_request_url, iam_request_body, iam_request_headers } = parsed.data;
  const headers =
    typeof iam_request_headers === 'string'
      ? headersShape.safeParse(parsedJson(decoded(iam_request_headers))).data
      : iam_request_headers;
  if (headers === undefined) throw unreadable();
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const byName = new Map(named);
  if (byName.size !== named.length) throw unreadable();
  return {
    method,
    url: urlOf(decoded(iam_request_url)),
    headers: Object.fromEntries(byName),
    body: decoded(iam_request_body),
  };
}

/** The URL, if it is written as it will be read: other spellings of it are refused rather than put right. */
function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw unreadable();
  const rest = text.slice(url.origin.length).replace(/^(?=\?|$)/, '/');
  if (!text.startsWith(url.origin) || rest !== `${url.pathname}${url.search}`) throw unreadable();
  return url;
}

function decoded(text: string): string {
  if (!/^[\w+/-]*={0,2}$/.test(text)) throw unreadable();
  return Buffer.from(text, 'base64').toString('latin1');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(): ServiceError {
  return new ServiceError('IncompleteSignature', 'it is neither a presigned URL nor a signed request in base64');
}
