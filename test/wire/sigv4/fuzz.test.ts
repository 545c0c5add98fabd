import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../src/kernel/service-error.ts';
import type { SignedRequest } from '../../../src/wire/sigv4/signed-request.ts';
import { generatedCases } from '../../support/generated-cases.ts';
import { SIGNED_AT, signWithAws4, verify } from './signing.ts';

/** Runs to its end or throws a ServiceError; anything else fails the property. */
function expectContained(request: SignedRequest): void {
  try {
    verify(request);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
}

const PIECES = fc.constantFrom(
  'AWS4-HMAC-SHA256',
  ' ',
  ',',
  '=',
  'Credential=',
  'AKID/20260101/r/s/aws4_request',
  'SignedHeaders=',
  'host;x-amz-date',
  'Signature=',
  'a'.repeat(64),
  '%',
  '%00',
  '&',
  ';',
  '/',
  '__proto__',
);
const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(PIECES, fc.string({ maxLength: 3 })), { maxLength: 20 }).map((pieces) => pieces.join('')),
);
const HEADER_NAMES = fc.constantFrom(
  'host',
  'authorization',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  '__proto__',
  'constructor',
);
const HEADER_VALUES = fc.oneof(
  TEXT,
  fc.array(TEXT, { maxLength: 3 }),
  fc.constant(undefined),
  fc.constant('20260101T000000Z'),
);

describe('[S42] every input is either accepted or refused', () => {
  test('requests made of pieces', () => {
    const requests = fc.record({
      method: fc.constantFrom('GET', 'POST', ''),
      path: TEXT,
      rawQuery: TEXT,
      headers: fc.dictionary(HEADER_NAMES, HEADER_VALUES),
      body: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(fc.property(requests, expectContained), { numRuns: generatedCases(1000) });
  });

  test('signed requests with one thing replaced', () => {
    const presigned = fc
      .boolean()
      .map((isPresigned) =>
        signWithAws4({ method: 'POST', path: '/', body: 'x', sessionToken: 't' }, { isPresigned, signedAt: SIGNED_AT }),
      );
    const changes = fc.oneof(
      fc.record({ path: TEXT }),
      fc.record({ rawQuery: TEXT }),
      fc.tuple(HEADER_NAMES, HEADER_VALUES).map(([name, value]) => ({ header: { [name]: value } })),
    );
    fc.assert(
      fc.property(presigned, changes, (request, change) => {
        const { header = {}, ...rest } = change as { header?: Record<string, string | undefined> };
        expectContained({ ...request, ...rest, headers: { ...request.headers, ...header } });
      }),
      { numRuns: generatedCases(1000) },
    );
  });

  test('long inputs take linear time', () => {
    const long = 'a'.repeat(1_000_000);
    for (const filler of [
      long,
      ' '.repeat(1_000_000),
      '%41'.repeat(300_000),
      'a=b&'.repeat(250_000),
      '/'.repeat(1_000_000),
    ]) {
      expectContained({
        method: 'POST',
        path: filler,
        rawQuery: filler,
        headers: { authorization: `AWS4-HMAC-SHA256 ${filler}`, 'x-amz-date': filler },
        body: Buffer.from(filler),
      });
      expectContained({ ...signWithAws4({ method: 'POST', path: '/' }), path: filler, rawQuery: filler });
    }
  });
});
