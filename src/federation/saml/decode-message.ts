import { SamlFault } from './fault.ts';

/** Each character can match in one way only, so a long text that is not base64 is refused in linear time. */
const BASE64 = /^[A-Za-z0-9+/\s]+(?:=\s*){0,2}$/;

/** Decodes a message of the HTTP POST binding, which is never compressed. @throws {SamlFault} encoding, xml */
export function decodeMessage(encoded: string, parameter = 'SAMLResponse'): string {
  if (!BASE64.test(encoded)) throw new SamlFault('encoding', `Invalid base64 ${parameter}`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'));
  } catch (cause) {
    throw new SamlFault('xml', 'it is not UTF-8', { cause });
  }
}
