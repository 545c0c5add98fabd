import type { Problem, SettingsOrigin } from '../connector-kind.ts';
import { secretProblems, textOrFileProblems } from '../given-client.ts';
import type { GivenOidc } from './given-settings.ts';
import { OIDC_PRESETS, type OidcPreset, type PresetName } from './presets.ts';

/** Claims that people may choose, or that are given to others in time (OpenID Connect Core §5.7; S31). */
const NOT_FOR_GOOD: ReadonlySet<string> = new Set([
  'email',
  'preferred_username',
  'upn',
  'unique_name',
  'nickname',
  'name',
]);
/** Issuers of Entra ID that stand for many tenants. */
const EVERY_TENANT = /\/(?:common|organizations|consumers|\{tenantid\})(?:\/|$)/i;
/** In seconds. */
const APPLE_RECHECK = 24 * 3600;

/** What is wrong with the settings of an OpenID Connect provider, beyond their types. */
export function oidcProblems(given: GivenOidc, origin: SettingsOrigin): readonly Problem[] {
  const { preset, issuer, hostedDomains } = given;
  const row: OidcPreset = OIDC_PRESETS[preset];
  const problems: Problem[] = [];
  if (issuer === undefined && row.issuer === undefined) {
    problems.push(['issuer', `is needed${row.issuerExample === undefined ? '' : `, such as ${row.issuerExample}`}`]);
  }
  if (preset === 'apple' && given.recheckAfter !== undefined && given.recheckAfter < APPLE_RECHECK) {
    problems.push(['recheckAfter', `must be at least ${APPLE_RECHECK}: Apple answers once a day`]);
  }
  if (given.subjectClaim !== undefined && NOT_FOR_GOOD.has(given.subjectClaim)) {
    problems.push([
      'subjectClaim',
      `must not be ${given.subjectClaim}, which can change and be given to another person`,
    ]);
  }
  // Its metadata do not name one issuer, and any tenant of the world would be let in.
  if (preset === 'entra' && issuer !== undefined && EVERY_TENANT.test(issuer)) {
    problems.push(['issuer', `must have the id of your tenant: ${OIDC_PRESETS.entra.issuerExample}`]);
  }
  // Google issues tokens for every Google account, so a connector without a domain would accept all of them.
  if (preset === 'google' && hostedDomains === undefined) {
    problems.push(['hostedDomains', 'is needed: name the domains of your Google Workspace']);
  }
  return [...problems, ...endpointProblems(given), ...keyProblems(given), ...credentialProblems(given, origin)];
}

function endpointProblems(given: GivenOidc): readonly Problem[] {
  const { authorizationEndpoint, tokenEndpoint, userinfoEndpoint } = given;
  const problems: Problem[] = [];
  const { signOutAtProvider = false, endSessionEndpoint } = given;
  if (endSessionEndpoint !== undefined && !signOutAtProvider) {
    problems.push(['endSessionEndpoint', 'has no use without signOutAtProvider']);
  }
  const isStatic = authorizationEndpoint !== undefined || tokenEndpoint !== undefined || userinfoEndpoint !== undefined;
  if (!isStatic) return problems;
  if (authorizationEndpoint === undefined) problems.push(['authorizationEndpoint', 'is needed with other endpoints']);
  if (tokenEndpoint === undefined) problems.push(['tokenEndpoint', 'is needed with other endpoints']);
  if (signOutAtProvider && endSessionEndpoint === undefined) {
    problems.push(['endSessionEndpoint', 'is needed for signOutAtProvider, because there is no discovery']);
  }
  const userinfo = given.userinfo ?? OIDC_PRESETS[given.preset].userinfo;
  if (userinfo && userinfoEndpoint === undefined)
    problems.push(['userinfoEndpoint', 'is needed, because userinfo is on']);
  const hasKeys = given.jwksUri !== undefined || given.jwks !== undefined || given.jwksFile !== undefined;
  return hasKeys ? problems : [...problems, ['jwksUri', 'or jwks is needed, because there is no discovery']];
}

function keyProblems(given: GivenOidc): readonly Problem[] {
  const problems = [...textOrFileProblems('ca', given), ...textOrFileProblems('jwks', given)];
  const hasOwn = given.jwks !== undefined || given.jwksFile !== undefined;
  return hasOwn && given.jwksUri !== undefined ? [...problems, ['jwksUri', 'cannot be combined with jwks']] : problems;
}

function credentialProblems(given: GivenOidc, origin: SettingsOrigin): readonly Problem[] {
  const method = methodOf(given);
  const field = secretFieldOf(given);
  const unlessFor = (name: string): string | undefined =>
    field === name ? undefined : `clientAuthentication ${String(method)}`;
  const problems = [
    ...secretProblems('clientSecret', given, { origin, unless: unlessFor('clientSecret') }),
    ...secretProblems('privateKey', given, { origin, unless: unlessFor('privateKey') }),
  ];
  if (method !== 'signed_client_secret') return problems;
  return [
    ...problems,
    ...(given.teamId === undefined ? [['teamId', 'is needed: the id of your team at Apple'] as const] : []),
    ...(given.keyId === undefined ? [['keyId', 'is needed: the id that Apple gave the key'] as const] : []),
  ];
}

type Method = Partial<Record<'preset' | 'clientAuthentication', unknown>>;

function methodOf({ preset, clientAuthentication }: Method): unknown {
  const row: OidcPreset | undefined = OIDC_PRESETS[preset as PresetName];
  return clientAuthentication ?? row?.clientAuthentication;
}

/** The field for the secret, if the way of authentication needs one. */
export function secretFieldOf(given: Method): 'clientSecret' | 'privateKey' | undefined {
  switch (methodOf(given)) {
    case 'none':
      return undefined;
    case 'private_key_jwt':
    case 'signed_client_secret':
      return 'privateKey';
    default:
      return 'clientSecret';
  }
}
