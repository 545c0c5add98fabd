import { readClaim } from '../../provisioning/read-claim.ts';
import type { OAuth2Endpoints } from './endpoints.ts';
import type { ProfileList } from './profile-source.ts';

/** GitHub, GitHub Enterprise Cloud with data residency (`<name>.ghe.com`), and GitHub Enterprise Server have their API in different places. */
export function githubEndpoints(baseUrl: string): OAuth2Endpoints {
  return {
    issuer: `${baseUrl}/login/oauth`,
    authorizationEndpoint: `${baseUrl}/login/oauth/authorize`,
    tokenEndpoint: `${baseUrl}/login/oauth/access_token`,
    profileEndpoint: `${apiOf(baseUrl)}/user`,
  };
}

function apiOf(baseUrl: string): string {
  const { protocol, host } = new URL(baseUrl);
  const isCloud = host === 'github.com' || host.endsWith('.ghe.com');
  return isCloud ? `${protocol}//api.${host}` : `${baseUrl}/api/v3`;
}

/** What an account says of itself beside its profile. Organisations and teams need the scope `read:org`. */
export const GITHUB_LISTS: readonly ProfileList[] = [
  {
    path: '/emails',
    scope: 'user:email',
    claimsOf(items) {
      const found = items.find(({ primary, verified }) => primary === true && verified === true)?.['email'];
      // Without a verified address there is none: the public one of the profile may be anybody's.
      return typeof found === 'string' ? { email: found, email_verified: true } : { email: undefined };
    },
  },
  {
    path: '/orgs',
    scope: 'read:org',
    claimsOf: (items) => ({ groups: textsAt(items, 'login') }),
  },
  {
    path: '/teams',
    scope: 'read:org',
    claimsOf: (items) => ({
      groups: items.flatMap((team) => {
        const organisation = readClaim(team, 'organization.login');
        const { slug } = team;
        return typeof organisation === 'string' && typeof slug === 'string' ? [`${organisation}/${slug}`] : [];
      }),
    }),
  },
];

function textsAt(items: Parameters<ProfileList['claimsOf']>[0], name: string): readonly string[] {
  return items.map((item) => item[name]).filter((value) => typeof value === 'string');
}
