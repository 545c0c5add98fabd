/** The reason that we give to oidc-provider if a login came through a connector, and is too old for it. */
export const OLD_PROOF = 'proof of the outside login too old';

/** The reason that we give to oidc-provider if the outside provider of a login does not confirm it. */
export const NOT_CONFIRMED = 'outside login not confirmed by its provider';

/** The reason that we give to oidc-provider if a refresh token has reached a limit of its app. */
export const PAST_LIMITS = 'refresh token past the limits of its application';

/**
 * Explains oidc-provider's reasons for refusing a code or refresh token to the app's developer (RFC 6749 §5.2 allows it). The client has
 * authenticated by then, so nobody else learns the reason.
 */
export const REASONS: Readonly<Record<string, string>> = {
  'authorization code not found':
    'the authorization code is unknown: it was never issued here, or it has expired or was revoked',
  'authorization code is expired': 'the authorization code has expired: it works for a minute',
  'authorization code already consumed': 'the authorization code was used already; what was issued for it is revoked',
  'device code not found': 'the device code is unknown: it was never issued here, or it has expired or was revoked',
  'device code already consumed': 'the device code was used already; what was issued for it is revoked',
  'backchannel authentication request not found':
    'auth_req_id is unknown: it was never issued here, or it has expired, or the person has signed out',
  'backchannel authentication request already consumed':
    'auth_req_id was used already; what was issued for it is revoked',
  'it was used already': 'it was used already, by a request of the same moment; what was issued for it is revoked',
  'authorization code redirect_uri mismatch': 'redirect_uri is not the one of the authorization request',
  'code_verifier does not match code_challenge':
    'code_verifier does not match the code_challenge of the authorization request',
  'code_verifier must be provided': 'code_verifier is missing: the authorization request had a code_challenge',
  'client mismatch': 'it was issued to another client',
  'grant not found': 'the access was revoked, or has expired',
  'grant is expired': 'the access has expired',
  'refresh token not found': 'the refresh token is unknown: it was never issued here, or it has expired or was revoked',
  'refresh token is expired': 'the refresh token has expired',
  'refresh token already used': 'the refresh token was used already; what was issued for it is revoked',
  'failed jkt verification': 'the DPoP proof is not by the key that the token is bound to',
  'missing DPoP proof JWT': 'the DPoP proof is missing, which this client or token needs',
  'DPoP proof key thumbprint does not match dpop_jkt': 'the DPoP proof is not by the key of the authorization request',
};
const TOO_OLD =
  'the sign-in through the outside provider is older than its connector allows, or the connector is gone: the person has to sign in again';
const UNCONFIRMED =
  'the outside provider was asked again, and does not confirm the sign-in any more: the person has to sign in again';
const OVER_LIMITS =
  'the refresh token has reached a limit of the application (refresh_token_idle_seconds, refresh_token_max_seconds): the person has to sign in again';
const GONE = 'the person has signed out, or may not sign in to this app any more';

/** The explanation of a refused grant; `undefined` if there is none for the reason. */
export function grantRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.message !== 'invalid_grant' || !('error_detail' in error)) return undefined;
  const detail = String(error.error_detail);
  if (detail === OLD_PROOF) return TOO_OLD;
  if (detail === PAST_LIMITS) return OVER_LIMITS;
  if (detail === NOT_CONFIRMED) return UNCONFIRMED;
  return /referenced account not found/.test(detail) ? GONE : REASONS[detail];
}
