import { request } from 'node:http';
import aws4 from 'aws4';
import type { AccessKeyPair } from '../../harness/start-server.ts';

/** Requests to the wire API byte by byte, for what no client would send. */

export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Of an error answer, read off its XML. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly requestId: string | undefined;
}

/** Sends it as it is. Rejects where the server drops the connection without an answer. */
export async function send(url: string, given: WireRequest): Promise<WireAnswer> {
  const { method = 'POST', path = '/', headers = {}, body } = given;
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method, path, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: text,
          code: element(text, 'Code'),
          message: element(text, 'Message'),
          type: element(text, 'Type'),
          requestId: element(text, 'RequestId'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export interface Signing {
  readonly service?: string;
  readonly region?: string;
  /** The time that the request claims to be made at. */
  readonly at?: Date;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A form as a signed POST, signed by `aws4`. */
export function signedForm(
  url: string,
  form: Readonly<Record<string, string>> | string,
  caller: AccessKeyPair,
  signing: Signing = {},
): Required<WireRequest> {
  const { service = 'iam', region = 'us-east-1', at = new Date(), headers = {} } = signing;
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const signed = aws4.sign(
    {
      method: 'POST',
      path: '/',
      service,
      region,
      body,
      headers: {
        Host: new URL(url).host,
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        'X-Amz-Date': at.toISOString().replace(/[-:]|\.\d+/g, ''),
        ...headers,
      },
    },
    caller,
  );
  return { method: 'POST', path: '/', headers: textHeaders(signed.headers), body };
}

/** A call of our own API as a signed POST in AWS JSON 1.1, signed by `aws4`. */
export function signedJson(
  url: string,
  operation: string,
  input: unknown,
  caller: AccessKeyPair & { readonly sessionToken?: string },
  signing: Signing = {},
): Required<WireRequest> {
  const { service = 'rolecall', region = 'us-east-1', headers = {} } = signing;
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const signed = aws4.sign(
    {
      method: 'POST',
      path: '/',
      service,
      region,
      body,
      headers: {
        Host: new URL(url).host,
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `Rolecall_20261128.${operation}`,
        ...headers,
      },
    },
    caller,
  );
  return { method: 'POST', path: '/', headers: textHeaders(signed.headers), body };
}

/** A form as a presigned GET, its parameters in the query. */
export function presigned(
  url: string,
  form: Readonly<Record<string, string>>,
  caller: AccessKeyPair,
  expiresSeconds = 60,
): WireRequest {
  const query = new URLSearchParams({ ...form, 'X-Amz-Expires': String(expiresSeconds) });
  const signed = aws4.sign(
    {
      method: 'GET',
      path: `/?${query}`,
      service: 'sts',
      region: 'us-east-1',
      signQuery: true,
      headers: { Host: new URL(url).host },
    },
    caller,
  );
  return { method: 'GET', path: signed.path ?? '/', headers: textHeaders(signed.headers) };
}

function textHeaders(headers: object | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1];
  return text
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
