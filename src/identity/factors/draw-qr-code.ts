import { encodePng } from './bitmap-png.ts';

/** Light squares around the code; fewer, and scanners may not find it (ISO/IEC 18004, quiet zone). */
const QUIET_ZONE = 4;
/** Pixels a square: a usual seed gives a picture of about 250 pixels. */
const SCALE = 4;

/** Draws a text as a QR code, as a PNG image. */
export async function drawQrCode(text: string): Promise<Buffer> {
  // loaded by the first device that is made: most processes make none
  const { encode } = await import('uqr');
  const { data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  return encodePng(data, SCALE);
}
