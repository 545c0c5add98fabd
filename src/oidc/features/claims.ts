import type { Configuration } from 'oidc-provider';

/** The claims that each scope gives an app. `account_id` and `arn` identify the person in IAM; only `sub` never changes. */
export const CLAIMS = {
  openid: ['sub', 'account_id', 'arn', 'amr', 'auth_time'],
  profile: ['name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
} as const satisfies Record<string, readonly string[]>;

/** The meaning of each scope, as shown on the consent page. */
export const SCOPE_WORDS: Readonly<Record<string, string>> = {
  openid: 'Know who you are: your identifier and your account',
  profile: 'See your user name',
  email: 'See your e-mail address',
  groups: 'See which groups you are in',
  offline_access: 'Stay connected for up to 14 days, also while you are away',
};

export function claims(): Configuration {
  return {
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
      openid: [...CLAIMS.openid],
      profile: [...CLAIMS.profile],
      email: [...CLAIMS.email],
      groups: [...CLAIMS.groups],
    },
    // The ID token contains the claims of its scopes, so that trust policies and small apps need no second request.
    conformIdTokenClaims: false,
  };
}
