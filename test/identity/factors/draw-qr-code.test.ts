import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { encode } from 'uqr';
import { encodePng } from '../../../src/identity/factors/bitmap-png.ts';
import { drawQrCode } from '../../../src/identity/factors/draw-qr-code.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  isBlack(x: number, y: number): boolean;
}

/** Reads what `encodePng` writes: greyscale of one bit, no filter. */
function readPng(png: Buffer): Picture {
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') as Buffer;
  expect([...header.subarray(8)]).toEqual([1, 0, 0, 0, 0]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const lines = inflateSync(chunks.get('IDAT') as Buffer);
  const bytesPerLine = 1 + Math.ceil(width / 8);
  expect(lines.length).toBe(height * bytesPerLine);
  const isBlack = (x: number, y: number): boolean =>
    ((lines[y * bytesPerLine + 1 + (x >> 3)] as number) & (0x80 >> (x & 7))) === 0;
  return { width, height, isBlack };
}

describe('encodePng', () => {
  test.each([1, 3, 4])('a square is %i pixels wide and high', (scale) => {
    const bitmap = [
      [true, false, true],
      [false, false, true],
    ];
    const { width, height, isBlack } = readPng(encodePng(bitmap, scale));
    expect([width, height]).toEqual([3 * scale, 2 * scale]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        expect(isBlack(x, y)).toBe(bitmap[Math.floor(y / scale)]?.[Math.floor(x / scale)]);
      }
    }
  });
});

test('[ISO/IEC 18004] the picture is the code with a quiet zone of four modules', async () => {
  const uri = `otpauth://totp/phone%40acme?secret=${'A2'.repeat(32)}&issuer=Rolecall`;
  const { data, size } = encode(uri, { ecc: 'M', border: 0 });
  const { width, height, isBlack } = readPng(await drawQrCode(uri));
  expect([width, height]).toEqual([(size + 8) * 4, (size + 8) * 4]);
  for (let row = -4; row < size + 4; row++) {
    for (let column = -4; column < size + 4; column++) {
      expect(isBlack((column + 4) * 4, (row + 4) * 4)).toBe(data[row]?.[column] ?? false);
    }
  }
});
