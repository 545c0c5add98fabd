import { fittingKeys, type KeySet } from './key-set.ts';
import type { ReadToken } from './read-token.ts';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.ts';
import { TokenFault } from './token-fault.ts';

/** Longer tokens are not remembered, so that the cache stays small. */
const LONGEST_REMEMBERED = 4096;

/** No key of the set fits the header or verifies the signature, so the set may be outdated. */
export class UnverifiedSignature extends TokenFault {}

/**
 * Verifies a token's signature. Keys come from the issuer alone: `jwk`, `jku`, `x5u` and `x5c` of the header are ignored
 * (RFC 8725 §3.10). By `node:crypto`, on this thread: `jose` uses Web Crypto, whose detour through the thread pool
 * costs several times the verification itself.
 * @throws {UnverifiedSignature} if newer keys of the issuer might help.
 * @throws {TokenFault} InvalidIdentityToken.
 */
export function verifySignature(token: ReadToken, set: KeySet): void {
  const { text, alg, kid } = token;
  if (set.verified.get(text) === true) return;
  const detail = `alg ${alg}, kid ${kid === undefined ? 'absent' : String(kid)}`;
  const algorithm = SIGNATURE_ALGORITHMS.get(alg);
  if (algorithm === undefined) {
    throw new TokenFault('algorithm', `The token's signature algorithm ${alg} is not supported`, { detail });
  }
  const [fitting, another] = fittingKeys(set, algorithm, { alg, kid });
  if (another !== undefined) {
    const ambiguous = `${detail}: several keys of the issuer fit, so the token must name one (kid)`;
    throw new TokenFault('signature', NOT_VERIFIED, { detail: ambiguous });
  }
  const end = text.lastIndexOf('.');
  const signature = Buffer.from(text.slice(end + 1), 'base64url');
  if (fitting === undefined || !algorithm.verifies(Buffer.from(text.slice(0, end)), fitting.key, signature)) {
    throw new UnverifiedSignature('signature', NOT_VERIFIED, { detail });
  }
  if (text.length <= LONGEST_REMEMBERED) set.verified.set(text, true);
}

const NOT_VERIFIED = "Couldn't verify the token's signature with the keys of its issuer";
