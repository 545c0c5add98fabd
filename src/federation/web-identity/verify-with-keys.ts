import type { IssuerKeys } from './key-cache.ts';
import type { ReadToken } from './read-token.ts';
import { type VerifyToken, verifyHere } from './token-verifier.ts';
import { UnverifiedSignature, verifySignature } from './verify-signature.ts';

/**
 * Verifies a token's signature with its issuer's cached keys, and once more with newer ones if they can be had: the issuer may have rotated
 * its keys.
 * @throws {TokenFault}
 */
export async function verifyWithKeys(
  keys: IssuerKeys,
  token: ReadToken,
  verify: VerifyToken = verifyHere,
): Promise<void> {
  const known = await keys.of(token.issuer);
  try {
    await verifySignature(verify, token, known);
  } catch (error) {
    if (!(error instanceof UnverifiedSignature)) throw error;
    const newer = await keys.newerThan(token.issuer, known);
    if (newer === undefined) throw error;
    await verifySignature(verify, token, newer);
  }
}
