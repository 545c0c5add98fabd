import aws4 from 'aws4';
import { parseSignedRequest } from '../src/wire/sigv4/parse-authorization.ts';
import { createSignatureCache } from '../src/wire/sigv4/signature-cache.ts';
import type { SignedRequest } from '../src/wire/sigv4/signed-request.ts';
import { verifySignature } from '../src/wire/sigv4/verify.ts';
import type { Bench, PreparedBench } from './bench.ts';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

function sign(sessionToken: string | undefined): aws4.Request {
  return aws4.sign(
    { method: 'POST', host: 'localhost:8080', path: '/', service: 'sts', region: 'us-east-1', body: BODY },
    sessionToken === undefined ? CREDENTIALS : { ...CREDENTIALS, sessionToken },
  );
}

function received(signed: aws4.Request): SignedRequest {
  const headers = Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { method: 'POST', path: '/', rawQuery: '', headers: Object.fromEntries(headers), body: Buffer.from(BODY) };
}

function prepare(sessionToken: string | undefined): PreparedBench {
  const request = received(sign(sessionToken));
  const { secretAccessKey } = CREDENTIALS;
  const now = Date.now();
  const cache = createSignatureCache({ capacity: 1000 });
  const verify = () => verifySignature(parseSignedRequest(request, cache), request, { secretAccessKey, now, cache });
  return {
    variants: {
      'aws4 signs': { kind: 'sync', call: () => sign(sessionToken) },
      'verify, warm cache': { kind: 'sync', call: verify },
      'verify, cold cache': {
        kind: 'sync',
        call: () => {
          cache.signers.clear();
          cache.keys.clear();
          verify();
        },
      },
    },
  };
}

/** Verifying a request compared with signing it by a well-known signer, with long-term and temporary credentials. */
export const benches: readonly Bench[] = [
  { name: 'sigv4', against: 'aws4 signs', prepare: () => prepare(undefined) },
  { name: 'sigv4-session', against: 'aws4 signs', prepare: () => prepare('t'.repeat(800)) },
];
