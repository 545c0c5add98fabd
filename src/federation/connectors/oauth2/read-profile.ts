import type { OutboundFetch } from '../../../http/outbound-fetch.ts';
import type { Claims } from '../../provisioning/read-claim.ts';
import { LoginRefused } from '../login-refused.ts';
import { callProvider, type ProviderAnswer, parseAnswer, shownUrl } from './call-provider.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { type OAuth2Preset, oauth2Preset } from './presets.ts';
import type { ProfileList } from './profile-source.ts';

/** Of one list: enough for 3,000 teams. */
const MOST_PAGES = 30;
const PER_PAGE = '100';

export interface ProfileAccess {
  readonly fetch: OutboundFetch;
  readonly accessToken: string;
  readonly secret: string | undefined;
  /** Ends all calls together. */
  readonly signal: AbortSignal;
}

/**
 * Reads who an access token is of. A list that cannot be read as a whole refuses the login: a person must neither lose groups by an outage nor
 * keep them by withholding a scope.
 * @throws {LoginRefused}
 */
export async function readProfile(settings: OpenOAuth2Settings, access: ProfileAccess): Promise<Claims> {
  const preset = oauth2Preset(settings.preset);
  const profileUrl = withProof(new URL(settings.profileEndpoint), preset, access);
  const profile = parseAnswer((await get(access, profileUrl)).text, profileUrl, 'userinfo');
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) {
    throw new LoginRefused('userinfo', `${shownUrl(profileUrl)} did not answer an object`);
  }
  const claims: Record<string, unknown> = { ...profile };
  if (!preset.verifiesEmail) delete claims['email_verified'];
  for (const list of preset.lists.filter(({ scope }) => settings.scopes.includes(scope))) {
    add(claims, list.claimsOf(await readList(access, settings, list)));
  }
  return claims;
}

function add(claims: Record<string, unknown>, more: Claims): void {
  for (const [name, value] of Object.entries(more)) {
    const before = claims[name];
    claims[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
}

async function readList(
  access: ProfileAccess,
  { profileEndpoint }: OpenOAuth2Settings,
  { path }: ProfileList,
): Promise<readonly Claims[]> {
  const first = new URL(profileEndpoint);
  first.pathname += path;
  first.searchParams.set('per_page', PER_PAGE);
  const items: unknown[] = [];
  let next: string | undefined = first.href;
  for (let page = 0; next !== undefined; page++) {
    if (page === MOST_PAGES) throw new LoginRefused('userinfo', `${shownUrl(next)} has more than ${MOST_PAGES} pages`);
    const answer = await get(access, next);
    const found = parseAnswer(answer.text, next, 'userinfo');
    if (!Array.isArray(found)) throw new LoginRefused('userinfo', `${shownUrl(next)} did not answer a list`);
    items.push(...found);
    next = nextPage(answer, first);
  }
  return items.filter((item): item is Claims => typeof item === 'object' && item !== null);
}

/** The next page (RFC 8288). The access token is only sent where the first page came from. */
function nextPage({ headers }: ProviderAnswer, first: URL): string | undefined {
  const link = (headers.get('link') ?? '').split(/,(?=\s*<)/).find((each) => /;\s*rel="?next"?\s*(?:;|$)/.test(each));
  const target = /^\s*<([^>]*)>/.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  const url = URL.canParse(target, first) ? new URL(target, first) : undefined;
  if (url?.origin !== first.origin) throw new LoginRefused('userinfo', `${shownUrl(first.href)} continues elsewhere`);
  return url.href;
}

function withProof(url: URL, { proof }: OAuth2Preset, { accessToken, secret }: ProfileAccess): string {
  if (proof === undefined || secret === undefined) return url.href;
  for (const [name, value] of Object.entries(proof(accessToken, secret))) url.searchParams.set(name, value);
  return url.href;
}

async function get({ fetch, accessToken, signal }: ProfileAccess, url: string): Promise<ProviderAnswer> {
  const answer = await callProvider(fetch, url, { headers: { authorization: `Bearer ${accessToken}` }, signal });
  if (answer.status === 200) return answer;
  const check = answer.status >= 500 ? 'unreachable' : 'userinfo';
  throw new LoginRefused(check, `${shownUrl(url)} answered ${answer.status}`);
}
