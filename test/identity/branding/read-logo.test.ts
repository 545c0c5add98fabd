import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLogo } from '../../../src/identity/branding/read-logo.ts';
import { encodePng } from '../../../src/identity/factors/bitmap-png.ts';

const PNG = encodePng([[true, false, true]], 8);
/** A JPEG up to its frame header: an application segment, fill bytes, and a frame of 300 by 120 pixels. */
const jpeg = (frame: string): Buffer => Buffer.from(`ffd8ffe00004abcdffff${frame}0011080078012c03`, 'hex');
/** A WebP file with one chunk. */
function webp(kind: string, body: string): Buffer {
  const chunk = Buffer.from(body.padEnd(36, '0'), 'hex');
  const size = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('RIFF'),
    size(12 + chunk.length),
    Buffer.from(`WEBP${kind}`),
    size(chunk.length),
    chunk,
  ]);
}

describe('the format and the size of a logo', () => {
  test.each([
    ['PNG', PNG, { type: 'image/png', width: 24, height: 8 }],
    ['JPEG, baseline', jpeg('ffc0'), { type: 'image/jpeg', width: 300, height: 120 }],
    ['JPEG, progressive', jpeg('ffc2'), { type: 'image/jpeg', width: 300, height: 120 }],
    [
      '[RFC 9649 §2.5] WebP, lossy',
      webp('VP8 ', '3001009d012a2c017800'),
      { type: 'image/webp', width: 300, height: 120 },
    ],
    ['[RFC 9649 §2.6] WebP, lossless', webp('VP8L', '2f2bc11d00'), { type: 'image/webp', width: 300, height: 120 }],
    [
      '[RFC 9649 §2.7] WebP, extended',
      webp('VP8X', '100000002b0100770000'),
      { type: 'image/webp', width: 300, height: 120 },
    ],
  ])('%s', (_, bytes, facts) => {
    expect(readLogo(bytes)).toEqual(facts);
  });

  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(64))],
    ['GIF', Buffer.from('GIF89a'.padEnd(64, '\0'))],
    ['a PNG that ends after its signature', PNG.subarray(0, 12)],
    ['a PNG without a header', Buffer.concat([PNG.subarray(0, 12), Buffer.from('IDAT'), PNG.subarray(16)])],
    ['a JPEG without a frame', Buffer.from('ffd8ffe00004abcdffd9000000000000', 'hex')],
    ['a JPEG with tables in the place of the frame', jpeg('ffc4').subarray(0, 16)],
    ['a WebP of an unknown kind', webp('VP9 ', '00')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused', (_, bytes) => {
    expect(readLogo(bytes)).toBeUndefined();
  });

  test('any bytes get an answer', () => {
    const beginnings = [PNG.subarray(0, 16), jpeg('ffc0').subarray(0, 4), webp('VP8X', '').subarray(0, 16)];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 64 }), (beginning, rest) => {
        readLogo(Buffer.concat([beginning, rest]));
      }),
    );
  });
});
