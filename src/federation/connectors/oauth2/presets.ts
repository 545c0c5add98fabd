import type { ProvisioningRules } from '../../../identity/documents/connector.ts';
import type { OAuth2Endpoints } from './endpoints.ts';
import { facebookProof } from './facebook.ts';
import { GITHUB_LISTS, githubEndpoints } from './github.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import type { ProfileList, ProofOfSecret } from './profile-source.ts';

/** What is known of a provider; anything but how its profile is read may be set otherwise in the configuration. */
export interface OAuth2Preset {
  readonly displayName: string;
  /** Where the provider is, if others cannot run it too. */
  readonly baseUrl?: string;
  /** Absent if the configuration must give them. */
  readonly endpoints?: (baseUrl: string) => OAuth2Endpoints;
  readonly scopes: readonly string[];
  readonly clientAuthentication: OpenOAuth2Settings['clientAuthentication'];
  /** Absent if the configuration must say it. */
  readonly subjectClaim?: string;
  /** `false` is a deviation, which administrators see. */
  readonly pkce: boolean;
  readonly rules: Pick<ProvisioningRules, 'userName' | 'displayName' | 'email'>;
  readonly groupsClaim: string;
  /** The parameter of the authorization request that names the account. */
  readonly loginHint?: string;
  /** The parameters that ask for another authentication. Nothing in the answer proves it. */
  readonly reauthenticate?: Readonly<Record<string, string>>;
  /** Lists that belong to the profile, and are read besides. */
  readonly lists: readonly ProfileList[];
  readonly proof?: ProofOfSecret;
  /** Whether the member `email_verified` of the profile counts. */
  readonly verifiesEmail: boolean;
}

/** The providers that have a name in the configuration. */
export const OAUTH2_PRESETS = {
  oauth2: {
    displayName: 'Single sign-on',
    scopes: [],
    clientAuthentication: 'client_secret_basic',
    pkce: true,
    rules: { userName: ['preferred_username', 'username', 'login'], displayName: ['name'], email: ['email'] },
    groupsClaim: 'groups',
    loginHint: 'login_hint',
    lists: [],
    verifiesEmail: true,
  },
  // The profile has the public address, verified or not; `/user/emails` says which one is.
  github: {
    displayName: 'GitHub',
    baseUrl: 'https://github.com',
    endpoints: githubEndpoints,
    scopes: ['read:user', 'user:email'],
    clientAuthentication: 'client_secret_post',
    subjectClaim: 'id',
    pkce: true,
    rules: { userName: ['login'], displayName: ['name'], email: ['email'] },
    groupsClaim: 'groups',
    loginHint: 'login',
    reauthenticate: { prompt: 'select_account' },
    lists: GITHUB_LISTS,
    verifiesEmail: false,
  },
  // Facebook drops the code challenge of this flow and then refuses the verifier. It never says whether an address is verified.
  facebook: {
    displayName: 'Facebook',
    baseUrl: 'https://www.facebook.com',
    endpoints: () => ({
      authorizationEndpoint: 'https://www.facebook.com/v26.0/dialog/oauth',
      tokenEndpoint: 'https://graph.facebook.com/v26.0/oauth/access_token',
      profileEndpoint: 'https://graph.facebook.com/v26.0/me?fields=id,name,email',
    }),
    scopes: ['public_profile', 'email'],
    clientAuthentication: 'client_secret_post',
    subjectClaim: 'id',
    pkce: false,
    rules: { userName: [], displayName: ['name'], email: ['email'] },
    groupsClaim: 'groups',
    reauthenticate: { auth_type: 'reauthenticate' },
    lists: [],
    proof: facebookProof,
    verifiesEmail: false,
  },
} as const satisfies Record<string, OAuth2Preset>;
export type OAuth2PresetName = keyof typeof OAUTH2_PRESETS;

/** The row of a stored preset. @throws {Error} for one that only a later version knows. */
export function oauth2Preset(name: string): OAuth2Preset {
  const rows: Readonly<Record<string, OAuth2Preset>> = OAUTH2_PRESETS;
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) throw new Error(`there is no preset ${name} of OAuth 2 connectors`);
  return row;
}
