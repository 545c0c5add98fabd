import { deflateSync, inflateSync } from 'node:zlib';
import { PNG_SIGNATURE, pngChunk } from '../src/identity/factors/bitmap-png.ts';

const PALETTE = 3;
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };
const MAX_COLOURS = 64;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes for each pixel. */
  readonly rgb: Buffer;
}

function* chunksOf(png: Buffer): Generator<readonly [type: string, data: Buffer]> {
  for (let at = PNG_SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)];
    at += length + 12;
  }
}

/** Whether a file is a PNG with a palette (ISO/IEC 15948 §11.2.2). */
export function isPalettePng(png: Buffer): boolean {
  return png.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE) && png[25] === PALETTE;
}

/** Reads what Chromium writes: eight bits for each channel, not interlaced. */
function readPng(png: Buffer): Pixels {
  const chunks = [...chunksOf(png)];
  const header = chunks.find(([type]) => type === 'IHDR')?.[1];
  const channels = CHANNELS[header?.[9] ?? 0];
  if (header === undefined || channels === undefined || header[8] !== 8 || header[12] !== 0) {
    throw new Error('only plain PNGs with eight bits for each channel are read');
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const raw = inflateSync(Buffer.concat(chunks.filter(([type]) => type === 'IDAT').map(([, data]) => data)));
  const rows = unfilter(raw, { stride: width * channels, height, channels });
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    rows.copy(rgb, pixel * 3, pixel * channels, pixel * channels + 3);
  return { width, height, rgb };
}

/** Undoes the filters of the rows (ISO/IEC 15948 §9). */
function unfilter(
  raw: Buffer,
  of: { readonly stride: number; readonly height: number; readonly channels: number },
): Buffer {
  const { stride, height, channels } = of;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (rows[at - channels] ?? 0);
      const up = y === 0 ? 0 : (rows[at - stride] ?? 0);
      const upLeft = y === 0 || x < channels ? 0 : (rows[at - stride - channels] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter] ?? 0;
      rows[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return rows;
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

/** The most frequent colours. Pages have few; the others are the soft edges of letters. */
function paletteOf(rgb: Buffer): readonly number[] {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return sorted.slice(0, MAX_COLOURS).map(([colour]) => colour);
}

function distance(a: number, b: number): number {
  const of = (shift: number): number => (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2;
  return of(16) + of(8) + of(0);
}

/** Reduces a screenshot to a palette, which makes it a third as large, for the documentation. */
export function toPalettePng(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png);
  const palette = paletteOf(rgb);
  const indexes = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const known = indexes.get(colour);
    if (known !== undefined) return known;
    const distances = palette.map((each) => distance(each, colour));
    const nearest = distances.indexOf(Math.min(...distances));
    indexes.set(colour, nearest);
    return nearest;
  };
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(rgb.readUIntBE((y * width + x) * 3, 3));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE, 0, 0, 0], 8);
  const colours = Buffer.alloc(palette.length * 3);
  for (const [index, colour] of palette.entries()) colours.writeUIntBE(colour, index * 3, 3);
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('PLTE', colours),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
