import { crc32, deflateSync } from 'node:zlib';

/** An image of black (`true`) and white squares, row by row; all rows have the same length. */
export type Bitmap = readonly (readonly boolean[])[];

/** How every PNG begins. */
export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BIT_DEPTH = 1;
const GREYSCALE = 0;
const NO_FILTER = 0;

/** Encodes a bitmap as a 1-bit greyscale PNG (ISO/IEC 15948); each square is `scale` pixels wide and high. */
export function encodePng(bitmap: Bitmap, scale: number): Buffer {
  const width = (bitmap[0]?.length ?? 0) * scale;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(bitmap.length * scale, 4);
  header.set([BIT_DEPTH, GREYSCALE], 8);
  const lines = bitmap.flatMap((row) => new Array<Buffer>(scale).fill(scanline(row, scale, width)));
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(lines))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One row of pixels, eight per byte, most significant bit first; a set bit is white. */
function scanline(row: readonly boolean[], scale: number, width: number): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(width / 8));
  line[0] = NO_FILTER;
  for (let x = 0; x < width; x++) {
    if (row[Math.floor(x / scale)] !== true) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
  }
  return line;
}

/** One chunk: length, type, data and checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
