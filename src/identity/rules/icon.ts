import * as z from 'zod';

/** The longest icon, in characters of its `data:` URL: some 24 kB. */
const LONGEST = 32_768;
const DATA_URL = /^data:(image\/(?:png|webp|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})$/;

/** How the files begin. SVG is text, with or without an XML declaration. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  'image/png': /^.PNG\r\n/,
  'image/webp': /^RIFF[\s\S]{4}WEBP/,
  'image/svg+xml': /^\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]/,
};

/** The icon of a connector or an application. */
export interface Icon {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads an icon from its `data:` URL (RFC 2397); `undefined` if it is none, or not what it says. */
export function readIcon(url: string): Icon | undefined {
  const [, type = '', data = ''] = DATA_URL.exec(url) ?? [];
  const bytes = Buffer.from(data, 'base64');
  return BEGINNINGS[type]?.test(bytes.toString('latin1', 0, 256)) ? { type, bytes } : undefined;
}

export const iconShape = z
  .string()
  .max(LONGEST, `must have at most ${LONGEST} characters`)
  .refine((url) => readIcon(url) !== undefined, 'must be a PNG, WebP or SVG image as a data: URL in base64');
