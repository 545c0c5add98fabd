import type { Claims } from '../../provisioning/read-claim.ts';

/**
 * The claims of an ID token, and those that only the userinfo endpoint has. What is signed wins. `email_verified` is about the `email` beside it
 * (OpenID Connect Core §5.1), so neither source vouches for an address of the other.
 */
export function mergedClaims(signed: Claims, userinfo: Claims): Claims {
  const { email_verified: verified, ...others } = { ...userinfo, ...signed };
  const ofAddress =
    signed['email'] === undefined && userinfo['email'] === undefined ? verified : vouched(signed, userinfo);
  return ofAddress === undefined ? others : { ...others, email_verified: ofAddress };
}

function vouched(signed: Claims, userinfo: Claims): unknown {
  if (signed['email'] === undefined) return userinfo['email_verified'];
  if (signed['email_verified'] !== undefined) return signed['email_verified'];
  return userinfo['email'] === signed['email'] ? userinfo['email_verified'] : undefined;
}
