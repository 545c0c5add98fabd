import type { ConnectorKind, ReadSettings } from '../connector-kind.ts';
import { givenText, readCertificate } from '../given-client.ts';
import { providerFetch } from '../provider-fetch.ts';
import type { OAuth2Endpoints } from './endpoints.ts';
import { type GivenOAuth2, oauth2Fields, oauth2Problems, oauth2SecretField } from './given-settings.ts';
import { oauth2Connector } from './oauth2-connector.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { oauth2Preset } from './presets.ts';
import { oauth2Refresh } from './refresh-login.ts';
import { oauth2LoginTester } from './test-oauth2-login.ts';
import { addressOf, tryEndpoints } from './try-endpoints.ts';

const NO_ENDPOINTS: OAuth2Endpoints = { authorizationEndpoint: '', tokenEndpoint: '', profileEndpoint: '' };

/** OAuth 2 providers without ID tokens: people are known by a profile that is read with their access token. */
export const oauth2Kind: ConnectorKind<'oauth2', typeof oauth2Fields> = {
  fields: oauth2Fields,
  problems: oauth2Problems,

  read(given, readFile) {
    const ca = givenText('ca', given, readFile, readCertificate);
    const { settings, defaults } = readOAuth2(given);
    const secret = givenText('clientSecret', given, readFile);
    return { settings: { ...settings, ...(ca !== undefined && { ca }) }, secret, defaults };
  },

  givenAgain,
  secretField: oauth2SecretField,
  secretMovedBy(old, { tokenEndpoint, baseUrl, ca }) {
    if (old.tokenEndpoint !== tokenEndpoint) return old.baseUrl === baseUrl ? 'tokenEndpoint' : 'baseUrl';
    return old.ca === ca ? undefined : 'ca';
  },
  hasSameSubjects,
  deviations: ({ pkce }) => (pkce ? [] : ['no-pkce']),
  addresses: ({ authorizationEndpoint, tokenEndpoint, profileEndpoint }) => [
    ['authorizationEndpoint', authorizationEndpoint],
    ['tokenEndpoint', tokenEndpoint],
    ['profileEndpoint', profileEndpoint],
  ],
  called: (settings) => ({
    issuer: addressOf(settings).issuer,
    addresses: [
      ['tokenEndpoint', settings.tokenEndpoint],
      ['profileEndpoint', settings.profileEndpoint],
    ],
  }),
  tryProvider: tryEndpoints,
  tester: (_deps, settings) => oauth2LoginTester(settings),
  open(deps, { settings, secret }) {
    const working = { settings, secret, fetch: () => providerFetch(deps, addressOf(settings)) };
    return { redirect: oauth2Connector(working), refresh: oauth2Refresh(working) };
  },
};

/** Without what the preset supplies, so that it follows a change of the base URL. */
function givenAgain(settings: OpenOAuth2Settings): Readonly<Record<string, unknown>> {
  const supplied = suppliedEndpoints(settings);
  const given = Object.entries(settings).filter(([name, value]) => supplied[name as keyof OAuth2Endpoints] !== value);
  return Object.fromEntries(given);
}

/** The endpoints that the preset knows; empty if the configuration must give them. */
function suppliedEndpoints({
  preset,
  baseUrl,
}: Pick<OpenOAuth2Settings, 'preset'> & Pick<GivenOAuth2, 'baseUrl'>): OAuth2Endpoints {
  const row = oauth2Preset(preset);
  const base = baseUrl ?? row.baseUrl;
  return base === undefined ? NO_ENDPOINTS : (row.endpoints?.(base) ?? NO_ENDPOINTS);
}

function hasSameSubjects(old: OpenOAuth2Settings, settings: OpenOAuth2Settings): boolean {
  return (
    old.preset === settings.preset &&
    old.subjectClaim === settings.subjectClaim &&
    accountsOf(old) === accountsOf(settings) &&
    // Facebook gives the same person another id in each app.
    (settings.preset !== 'facebook' || old.clientId === settings.clientId)
  );
}

/**
 * Whose accounts a profile is of. A new version of a known provider's API still has the same, and so have more fields. Another path may be
 * somebody's public profile, whoever the token is of.
 */
function accountsOf({ preset, profileEndpoint, baseUrl }: OpenOAuth2Settings): string {
  if (oauth2Preset(preset).endpoints === undefined) return profileEndpoint;
  const { origin, pathname, search } = new URL(profileEndpoint);
  const path = pathname.replace(/^\/v\d+(?:\.\d+)?(?=\/)/, '');
  // Two installations may be below different paths of one server.
  return [new URL(baseUrl ?? origin).pathname, origin, path, search.replace(/^\?fields=[\w,]+$/, '')].join(' ');
}

function readOAuth2(given: GivenOAuth2): Omit<ReadSettings<OpenOAuth2Settings>, 'secret'> {
  const preset = oauth2Preset(given.preset);
  const { displayName, rules, groupsClaim } = preset;
  const known = suppliedEndpoints(given);
  const issuer = given.issuer ?? known.issuer;
  return {
    settings: {
      kind: 'oauth2',
      preset: given.preset,
      ...(issuer !== undefined && { issuer }),
      ...(given.baseUrl !== undefined && { baseUrl: given.baseUrl }),
      authorizationEndpoint: given.authorizationEndpoint ?? known.authorizationEndpoint,
      tokenEndpoint: given.tokenEndpoint ?? known.tokenEndpoint,
      profileEndpoint: given.profileEndpoint ?? known.profileEndpoint,
      clientId: given.clientId,
      clientAuthentication: given.clientAuthentication ?? preset.clientAuthentication,
      scopes: [...(given.scopes ?? preset.scopes)],
      subjectClaim: given.subjectClaim ?? preset.subjectClaim ?? '',
      pkce: given.pkce ?? preset.pkce,
      ...(given.recheckAfter !== undefined && { recheckAfter: given.recheckAfter }),
    },
    defaults: { displayName, rules, groupsClaim },
  };
}
