import { describe, expect, test } from '@jest/globals';
import { presignWithSmithy, signWithAws4, verify } from './signing.ts';

const BODY = 'Action=ListUsers';

describe('[S42] the payload hash', () => {
  test('must match the body if declared, even if it was signed', () => {
    const request = signWithAws4({ method: 'POST', path: '/', body: BODY, headers: { 'X-Amz-Content-Sha256': 'f00' } });
    expect(() => verify(request)).toThrow(
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  });

  test.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'])('%s is refused', (declared) => {
    const headers = { 'X-Amz-Content-Sha256': declared };
    expect(() => verify(signWithAws4({ method: 'POST', path: '/', body: BODY, headers }))).toThrow(/does not match/);
    expect(() => verify(signWithAws4({ method: 'GET', path: '/', headers }))).toThrow(/does not match/);
  });

  test('need not be declared', () => {
    verify(signWithAws4({ method: 'POST', path: '/', body: BODY }));
  });

  test('of a presigned request may be omitted only if there is no body', async () => {
    const headers = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
    const request = await presignWithSmithy({ method: 'GET', path: '/', headers }, 60);
    verify(request);
    expect(() => verify({ ...request, body: Buffer.from(BODY) })).toThrow(/does not match what was computed/);
  });

  test('of a body larger than the scratch space, with an equally large canonical request', () => {
    const sessionToken = 't'.repeat(9000);
    verify(signWithAws4({ method: 'POST', path: '/', body: 'x'.repeat(100_000), sessionToken }));
  });
});
