import type { Configuration } from 'oidc-provider';
import { PROFILE_SCOPE_ATTRIBUTES } from '../../identity/documents/users/profile.ts';

/**
 * The claims that each scope gives an app. `account_id` and `arn` say who the person is in IAM, which few apps need; only `sub` never changes.
 */
export const CLAIMS = {
  openid: ['sub', 'amr', 'auth_time'],
  rolecall: ['account_id', 'arn'],
  profile: ['name', 'preferred_username', ...PROFILE_SCOPE_ATTRIBUTES, 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  groups: ['groups'],
} as const satisfies Record<string, readonly string[]>;

export function claims(): Configuration {
  return {
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
      openid: [...CLAIMS.openid],
      rolecall: [...CLAIMS.rolecall],
      profile: [...CLAIMS.profile],
      email: [...CLAIMS.email],
      phone: [...CLAIMS.phone],
      address: [...CLAIMS.address],
      groups: [...CLAIMS.groups],
    },
    // The ID token contains the claims of its scopes, so that trust policies and small apps need no second request.
    conformIdTokenClaims: false,
  };
}
