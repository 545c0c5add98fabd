import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import aws4 from 'aws4';
import { ServiceError } from '../../../src/kernel/service-error.ts';
import { parseSignedRequest } from '../../../src/wire/sigv4/parse-authorization.ts';
import { createSignatureCache, type SignatureCache } from '../../../src/wire/sigv4/signature-cache.ts';
import type { RequestHeaders, SignedRequest } from '../../../src/wire/sigv4/signed-request.ts';
import { verifySignature } from '../../../src/wire/sigv4/verify.ts';

export const ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
export const SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const SIGNED_AT = Date.UTC(2026, 0, 1);

/** Something to be signed, by whichever signer. */
export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly rawQuery?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
}

/** The hash that the SDK's signer wants to be given. */
export class Sha256 {
  readonly #state;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#state = key === undefined ? createHash('sha256') : createHmac('sha256', toBytes(key));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#state.update(toBytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#state.digest()));
  }
  reset(): void {
    throw new Error('not needed by the signer');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

function lowerCased(headers: Readonly<Record<string, unknown>>): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The `query` object that the SDK's signer takes, with repeated names as arrays. */
export function queryObject(rawQuery: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const known = query[name];
    query[name] = known === undefined ? value : [known, value].flat();
  }
  return query;
}

function smithySigner(unsigned: Unsigned): SignatureV4 {
  return new SignatureV4({
    service: unsigned.service ?? 'iam',
    region: unsigned.region ?? 'us-east-1',
    sha256: Sha256,
    credentials: {
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      ...(unsigned.sessionToken === undefined ? {} : { sessionToken: unsigned.sessionToken }),
    },
  });
}

function smithyRequest(unsigned: Unsigned) {
  return {
    method: unsigned.method,
    protocol: 'http:',
    hostname: 'iam.test',
    path: unsigned.path,
    query: queryObject(unsigned.rawQuery ?? ''),
    headers: { host: 'iam.test', ...unsigned.headers },
    body: unsigned.body,
  };
}

/** Signs in the header with `@smithy/signature-v4`, as the AWS SDKs for JavaScript do. */
export async function signWithSmithy(unsigned: Unsigned, signedAt = SIGNED_AT): Promise<SignedRequest> {
  const signed = await smithySigner(unsigned).sign(smithyRequest(unsigned), { signingDate: new Date(signedAt) });
  return {
    method: unsigned.method,
    path: unsigned.path,
    rawQuery: unsigned.rawQuery ?? '',
    headers: lowerCased(signed.headers),
    body: Buffer.from(unsigned.body ?? ''),
  };
}

/** Presigns with `@smithy/signature-v4`. */
export async function presignWithSmithy(
  unsigned: Unsigned,
  expiresIn: number,
  signedAt = SIGNED_AT,
): Promise<SignedRequest> {
  const signed = await smithySigner(unsigned).presign(smithyRequest(unsigned), {
    signingDate: new Date(signedAt),
    expiresIn,
  });
  const rawQuery = Object.entries(signed.query ?? {})
    .flatMap(([name, values]) => [values ?? ''].flat().map((value) => [name, value]))
    .map((pair) => pair.map((text) => encodeURIComponent(text as string)).join('='))
    .join('&');
  return {
    method: unsigned.method,
    path: unsigned.path,
    rawQuery,
    headers: lowerCased(signed.headers),
    body: Buffer.from(unsigned.body ?? ''),
  };
}

function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Signs with `aws4`, in the header or (`isPresigned`) in the query string. */
export function signWithAws4(unsigned: Unsigned, { isPresigned = false, signedAt = SIGNED_AT } = {}): SignedRequest {
  const query = [unsigned.rawQuery, isPresigned ? `X-Amz-Date=${amzDate(signedAt)}` : undefined].filter(Boolean);
  const signed = aws4.sign(
    {
      method: unsigned.method,
      host: 'iam.test',
      path: `${unsigned.path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
      service: unsigned.service ?? 'iam',
      region: unsigned.region ?? 'us-east-1',
      headers: { ...unsigned.headers, ...(isPresigned ? {} : { 'X-Amz-Date': amzDate(signedAt) }) },
      ...(unsigned.body === undefined ? {} : { body: unsigned.body }),
      ...(isPresigned ? { signQuery: true } : {}),
    },
    {
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      ...(unsigned.sessionToken === undefined ? {} : { sessionToken: unsigned.sessionToken }),
    },
  );
  const [path = '', ...rest] = (signed.path ?? '').split('?');
  return {
    method: unsigned.method,
    path,
    rawQuery: rest.join('?'),
    headers: lowerCased(signed.headers ?? {}),
    body: Buffer.from(unsigned.body ?? ''),
  };
}

/** Parses and verifies as a server does; throws what it throws. */
export function verify(
  request: SignedRequest,
  {
    now = SIGNED_AT,
    secretAccessKey = SECRET_ACCESS_KEY,
    cache = createSignatureCache({ capacity: 10 }),
  }: { now?: number; secretAccessKey?: string; cache?: SignatureCache } = {},
): void {
  const parsed = parseSignedRequest(request, cache);
  if (parsed.accessKeyId !== ACCESS_KEY_ID) throw new ServiceError('InvalidClientTokenId', 'there is only one key');
  verifySignature(parsed, request, { secretAccessKey, now, cache });
}
