import { hash } from 'node:crypto';
import { type CredentialScope, SIGNATURE_ALGORITHM } from './credential.ts';

/** Scratch space for the bytes of a canonical request to be hashed. Only used within one call. */
const scratch = Buffer.alloc(4096);
/** The view of `scratch` used for the last request. A client's requests mostly have the same length, so reusing it saves making a view. */
let laid = scratch;

/** Hashes a string whose characters are bytes (latin1). Given the string itself, `hash` would encode it as UTF-8. */
function hashOfBytes(text: string): string {
  if (text.length > scratch.length) return hash('sha256', Buffer.from(text, 'latin1'));
  if (laid.length !== text.length) laid = scratch.subarray(0, text.length);
  laid.write(text, 'latin1');
  return hash('sha256', laid);
}

/** Stage 2 of SigV4: the string to sign. `date` is in ISO 8601 basic format. */
export function stringToSign(date: string, scope: CredentialScope, canonicalRequest: string): string {
  return `${SIGNATURE_ALGORITHM}\n${date}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n${hashOfBytes(canonicalRequest)}`;
}
