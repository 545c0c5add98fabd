import { type Bitmap, encodePng } from './bitmap-png.ts';

/** Width of the light border, in squares. With less, scanners may not find the code (ISO/IEC 18004, quiet zone). */
const QUIET_ZONE = 4;
/** Pixels per square: a typical seed gives an image of about 250 pixels. */
const SCALE = 4;

async function encodeQrCode(text: string): Promise<Bitmap> {
  // loaded when the first device is created: most processes never create one
  const { encode } = await import('uqr');
  return encode(text, { ecc: 'M', border: QUIET_ZONE }).data;
}

/** Renders a text as a QR code in a PNG image. */
export async function drawQrCode(text: string): Promise<Buffer> {
  return encodePng(await encodeQrCode(text), SCALE);
}

/** A QR code as the outline of its dark squares, for an SVG image of `size` by `size` units. */
export interface QrOutline {
  readonly size: number;
  /** The data of an SVG path. */
  readonly path: string;
}

/** Outlines a text as a QR code. Pages show this inline, so that no address or request contains the text. */
export async function outlineQrCode(text: string): Promise<QrOutline> {
  const rows = await encodeQrCode(text);
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size: rows.length, path: squares.join('') };
}
