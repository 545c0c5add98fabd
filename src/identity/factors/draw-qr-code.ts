import { encodePng } from './bitmap-png.ts';

/** Width of the light border, in squares. With less, scanners may not find the code (ISO/IEC 18004, quiet zone). */
const QUIET_ZONE = 4;
/** Pixels per square: a typical seed gives an image of about 250 pixels. */
const SCALE = 4;

/** Renders a text as a QR code in a PNG image. */
export async function drawQrCode(text: string): Promise<Buffer> {
  // loaded when the first device is created: most processes never create one
  const { encode } = await import('uqr');
  const { data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  return encodePng(data, SCALE);
}
