import { fittingKeys, type KeySet } from './key-set.ts';
import type { ReadToken } from './read-token.ts';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.ts';
import { TokenFault } from './token-fault.ts';
import type { VerifyToken } from './token-verifier.ts';

/** Longer tokens are not remembered, so that the cache stays small. */
const LONGEST_REMEMBERED = 4096;

/** No key of the set fits the header or verifies the signature, so the set may be outdated. */
export class UnverifiedSignature extends TokenFault {}

/**
 * Verifies a token's signature. Keys come from the issuer alone: `jwk`, `jku`, `x5u` and `x5c` of the header are ignored
 * (RFC 8725 §3.10).
 * @throws {UnverifiedSignature} if newer keys of the issuer might help.
 * @throws {TokenFault} InvalidIdentityToken.
 */
export async function verifySignature(verify: VerifyToken, token: ReadToken, set: KeySet): Promise<void> {
  const { text, alg, kid } = token;
  if (set.verified.get(text) === true) return;
  const detail = `alg ${alg}, kid ${kid === undefined ? 'absent' : String(kid)}`;
  if (!SIGNATURE_ALGORITHMS.has(alg)) {
    throw new TokenFault('algorithm', `The token's signature algorithm ${alg} is not supported`, { detail });
  }
  const [fitting, another] = fittingKeys(set, { alg, kid });
  if (another !== undefined) {
    const ambiguous = `${detail}: several keys of the issuer fit, so the token must name one (kid)`;
    throw new TokenFault('signature', NOT_VERIFIED, { detail: ambiguous });
  }
  if (fitting === undefined || !(await verify(text, fitting))) {
    throw new UnverifiedSignature('signature', NOT_VERIFIED, { detail });
  }
  if (text.length <= LONGEST_REMEMBERED) set.verified.set(text, true);
}

const NOT_VERIFIED = "Couldn't verify the token's signature with the keys of its issuer";
