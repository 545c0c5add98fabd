import type { ProvisioningRules } from '../../../identity/documents/connector.ts';
import type { OpenOidcSettings } from './open-settings.ts';

/** How a sign-in asks for a refresh token. */
export interface OfflineRequest {
  readonly scopes?: readonly string[];
  readonly prompt?: 'consent';
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What is known of a provider; anything may be set otherwise in the configuration. */
export interface OidcPreset {
  readonly displayName: string;
  /** Absent if each customer has an issuer of their own. */
  readonly issuer?: string;
  /** How such an issuer looks. */
  readonly issuerExample?: string;
  readonly scopes: readonly string[];
  readonly clientAuthentication: OpenOidcSettings['clientAuthentication'];
  readonly subjectClaim: string;
  readonly responseMode?: 'form_post';
  /** `false` is a deviation, which administrators see. */
  readonly pkce?: false;
  readonly nonce?: false;
  readonly userinfo: boolean;
  /** What a sign-in has to ask for to get a refresh token. Absent: nothing, because the provider gives one anyway, or never. */
  readonly offline?: OfflineRequest;
  readonly rules: Pick<ProvisioningRules, 'userName' | 'displayName' | 'email'>;
  /** The claim that lists groups, if the provider has a usual one. */
  readonly groupsClaim: string;
}

const STANDARD: OidcPreset = {
  displayName: 'Single sign-on',
  scopes: ['openid', 'profile', 'email'],
  clientAuthentication: 'client_secret_basic',
  subjectClaim: 'sub',
  userinfo: false,
  rules: { userName: ['preferred_username'], displayName: ['name'], email: ['email'] },
  groupsClaim: 'groups',
};

/** Providers that ask for consent as their administrators configured it, and take the scope as it is. */
const BY_SCOPE: OfflineRequest = { scopes: ['offline_access'] };

/** The providers that have a name in the configuration. */
export const OIDC_PRESETS = {
  // OpenID Connect Core §11: without the prompt, the scope is ignored.
  oidc: { ...STANDARD, offline: { scopes: ['offline_access'], prompt: 'consent' } },
  // Google refuses the scope. Without the prompt it gives a refresh token at the first sign-in only.
  google: {
    ...STANDARD,
    displayName: 'Google',
    issuer: 'https://accounts.google.com',
    offline: { prompt: 'consent', parameters: { access_type: 'offline' } },
  },
  // `sub` differs between app registrations there; `oid` is the person's id in the tenant, which the issuer names.
  entra: {
    ...STANDARD,
    displayName: 'Microsoft',
    offline: BY_SCOPE,
    issuerExample: 'https://login.microsoftonline.com/<tenant id>/v2.0',
    subjectClaim: 'oid',
  },
  // Okta leaves groups out of the ID token of the code flow.
  okta: {
    ...STANDARD,
    displayName: 'Okta',
    offline: BY_SCOPE,
    issuerExample: 'https://<your domain>.okta.com',
    scopes: ['openid', 'profile', 'email', 'groups'],
    userinfo: true,
  },
  // Without the scope, the refresh token ends with an idle session.
  keycloak: {
    ...STANDARD,
    displayName: 'Keycloak',
    issuerExample: 'https://<host>/realms/<realm>',
    offline: BY_SCOPE,
  },
  // The ID token has direct groups only (`groups_direct`); the userinfo endpoint lists inherited ones, too.
  gitlab: {
    ...STANDARD,
    displayName: 'GitLab',
    issuer: 'https://gitlab.com',
    userinfo: true,
    rules: { ...STANDARD.rules, userName: ['preferred_username', 'nickname'] },
  },
  auth0: {
    ...STANDARD,
    displayName: 'Auth0',
    offline: BY_SCOPE,
    issuerExample: 'https://<tenant>.auth0.com/ (with the final slash)',
    rules: { ...STANDARD.rules, userName: ['preferred_username', 'nickname'] },
  },
  cognito: {
    ...STANDARD,
    displayName: 'Amazon Cognito',
    issuerExample: 'https://cognito-idp.<region>.amazonaws.com/<user pool id>',
    rules: { ...STANDARD.rules, userName: ['cognito:username', 'preferred_username'] },
    groupsClaim: 'cognito:groups',
  },
  // LinkedIn refuses a code verifier as a wrong client, does not return the nonce, and refuses HTTP Basic, whatever its metadata say.
  linkedin: {
    ...STANDARD,
    displayName: 'LinkedIn',
    issuer: 'https://www.linkedin.com/oauth',
    clientAuthentication: 'client_secret_post',
    userinfo: true,
    pkce: false,
    nonce: false,
    rules: { ...STANDARD.rules, userName: [] },
  },
  // Apple documents no PKCE. It only answers by a form if a name or an address is asked for.
  apple: {
    ...STANDARD,
    displayName: 'Apple',
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'name', 'email'],
    clientAuthentication: 'signed_client_secret',
    responseMode: 'form_post',
    pkce: false,
    rules: { ...STANDARD.rules, userName: [] },
  },
} as const satisfies Record<string, OidcPreset>;
export type PresetName = keyof typeof OIDC_PRESETS;

/** How a sign-in through this connector asks for a refresh token. */
export function offlineRequest({ preset = 'oidc' }: Pick<OpenOidcSettings, 'preset'>): OfflineRequest {
  const rows: Readonly<Record<string, OidcPreset>> = OIDC_PRESETS;
  return (Object.hasOwn(rows, preset) ? rows[preset]?.offline : undefined) ?? {};
}
