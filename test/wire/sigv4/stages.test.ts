import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { canonicalRequest } from '../../../src/wire/sigv4/canonical-request.ts';
import type { CredentialScope } from '../../../src/wire/sigv4/credential.ts';
import { deriveSigningKey } from '../../../src/wire/sigv4/signing-key.ts';
import { stringToSign } from '../../../src/wire/sigv4/string-to-sign.ts';
import { ACCESS_KEY_ID, SECRET_ACCESS_KEY, signWithAws4, signWithSmithy, verify } from './signing.ts';

interface Vector {
  readonly id: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly rawQuery: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly scope: CredentialScope;
  readonly canonicalRequest: readonly string[];
  readonly stringToSign: readonly string[];
  readonly signature: string;
}

const VECTORS = JSON.parse(readFileSync(new URL('vectors/stages.json', import.meta.url), 'utf8')) as Vector[];
const DATE = '20260101T000000Z';

describe.each(VECTORS.map((vector) => [vector.id, vector] as const))('[S42] SigV4 vector %s', (_, vector) => {
  const request = { ...vector.request, body: Buffer.from(vector.request.body) };
  const signedHeaders = Object.keys(vector.request.headers).sort();
  const canonical = vector.canonicalRequest.join('\n');

  test('canonical request', () => {
    const payloadHash = vector.canonicalRequest.at(-1) as string;
    expect(canonicalRequest(request, { isPresigned: false, signedHeaders, payloadHash })).toBe(canonical);
  });

  test('string to sign', () => {
    expect(stringToSign(DATE, vector.scope, canonical)).toBe(vector.stringToSign.join('\n'));
  });

  test('signature', () => {
    const key = deriveSigningKey(SECRET_ACCESS_KEY, vector.scope);
    expect(key.sign(vector.stringToSign.join('\n'))).toBe(vector.signature);
  });

  test('the whole request is accepted', () => {
    const { date, region, service } = vector.scope;
    const authorization = `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/${date}/${region}/${service}/aws4_request, SignedHeaders=${signedHeaders.join(';')}, Signature=${vector.signature}`;
    verify({ ...request, headers: { ...request.headers, authorization } });
  });

  test('both signers produce it as well', async () => {
    const { authorization: _, ...headers } = vector.request.headers;
    const unsigned = { ...vector.request, ...vector.scope, headers };
    const bySmithy = await signWithSmithy(unsigned);
    expect(bySmithy.headers['authorization']).toContain(`Signature=${vector.signature}`);
    verify(signWithAws4(unsigned));
  });
});
