/** In bytes. */
export const LARGEST_LOGO = 100 * 1024;
/** In pixels, of each side: a small file must not make browsers unpack a huge picture. */
export const LONGEST_SIDE = 2048;

/** What the first bytes of an image say about it. */
export interface LogoFacts {
  /** A media type. */
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the format and the size of an image from its bytes; `undefined` if it is no PNG, JPEG or WebP. SVG is not among them, because it is
 * a document that can contain scripts.
 */
export function readLogo(bytes: Buffer): LogoFacts | undefined {
  return readPng(bytes) ?? readJpeg(bytes) ?? readWebp(bytes);
}

function readPng(bytes: Buffer): LogoFacts | undefined {
  const isPng = bytes.length >= 24 && bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n';
  if (!isPng || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segments of JPEG that begin a frame, and so contain the size (ITU-T T.81, table B.1): C0 to CF without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readJpeg(bytes: Buffer): LogoFacts | undefined {
  if (bytes.toString('hex', 0, 3) !== 'ffd8ff') return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      return { type: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** RFC 9649 §2.5 to §2.7: lossy, lossless and extended files. */
function readWebp(bytes: Buffer): LogoFacts | undefined {
  const isWebp = bytes.length >= 30 && /^RIFF[\s\S]{4}WEBP$/.test(bytes.toString('latin1', 0, 12));
  const size = isWebp ? webpSize(bytes) : undefined;
  return size && { type: 'image/webp', ...size };
}

function webpSize(bytes: Buffer): Pick<LogoFacts, 'width' | 'height'> | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
