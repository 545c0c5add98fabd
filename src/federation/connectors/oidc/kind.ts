import type { Configuration } from 'openid-client';
import { signedOutPath } from '../callback-path.ts';
import type { ConnectorKind, Deviation, ReadSettingFile, ReadSettings } from '../connector-kind.ts';
import { givenText, readCertificate } from '../given-client.ts';
import { refreshed } from '../refreshed.ts';
import { readClientKey } from './client-authentication.ts';
import { connectorKeys } from './connector-keys.ts';
import { oidcProblems, secretFieldOf } from './given-problems.ts';
import { type GivenOidc, oidcFields, readKeys } from './given-settings.ts';
import { oidcConnector } from './oidc-connector.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { OIDC_PRESETS, type OidcPreset } from './presets.ts';
import { readProviderMetadata } from './provider-metadata.ts';
import { oidcRefresh } from './refresh-login.ts';
import { oidcSignOut } from './sign-out.ts';
import { oidcLoginTester } from './test-oidc-login.ts';
import { tryIssuer } from './try-issuer.ts';
import { verifyLogoutToken } from './verify-logout-token.ts';

/** OpenID Connect providers. */
export const oidcKind: ConnectorKind<'oidc', typeof oidcFields> = {
  fields: oidcFields,
  problems: oidcProblems,

  read(given, readFile) {
    const field = secretFieldOf(given);
    const secret =
      field === 'privateKey'
        ? givenText('privateKey', given, readFile, readClientKey)
        : givenText('clientSecret', given, readFile);
    const { settings, defaults } = readOidc(given);
    return { settings: { ...settings, ...readTrust(given, readFile) }, secret, defaults };
  },

  givenAgain({ endpoints, ...settings }) {
    return {
      ...settings,
      ...(endpoints !== undefined && {
        authorizationEndpoint: endpoints.authorization,
        tokenEndpoint: endpoints.token,
        userinfoEndpoint: endpoints.userinfo,
      }),
    };
  },
  secretField: secretFieldOf,
  secretMovedBy(old, { issuer, endpoints, ca }) {
    if (old.issuer !== issuer) return 'issuer';
    if (old.ca !== ca) return 'ca';
    return old.endpoints?.token === endpoints?.token ? undefined : 'tokenEndpoint';
  },
  hasSameSubjects: (old, settings) => old.issuer === settings.issuer && old.subjectClaim === settings.subjectClaim,
  deviations: ({ pkce, nonce }): readonly Deviation[] => [
    ...(pkce === false ? (['no-pkce'] as const) : []),
    ...(nonce === false ? (['no-nonce'] as const) : []),
  ],
  addresses: ({ issuer, endpoints, jwksUri, endSessionEndpoint }) => [
    ['issuer', issuer],
    ...(endpoints === undefined ? [] : ([['authorizationEndpoint', endpoints.authorization]] as const)),
    ...(endpoints === undefined ? [] : ([['tokenEndpoint', endpoints.token]] as const)),
    ...(endpoints?.userinfo === undefined ? [] : ([['userinfoEndpoint', endpoints.userinfo]] as const)),
    ...(jwksUri === undefined ? [] : ([['jwksUri', jwksUri]] as const)),
    ...(endSessionEndpoint === undefined ? [] : ([['endSessionEndpoint', endSessionEndpoint]] as const)),
  ],
  called: ({ issuer, endpoints, jwksUri }) => ({
    issuer,
    addresses: [
      ['tokenEndpoint', endpoints?.token],
      ['userinfoEndpoint', endpoints?.userinfo],
      ['jwksUri', jwksUri],
    ],
  }),
  tryProvider: tryIssuer,
  tester: (deps, settings) => oidcLoginTester({ settings, keys: connectorKeys(deps, settings) }),

  open(deps, { settings, secret, connector }) {
    const provider = refreshed<Configuration>(() => readProviderMetadata(deps, { settings, secret }), deps.elapsed);
    const keys = connectorKeys(deps, settings);
    const { issuer, clientId } = settings;
    return {
      redirect: oidcConnector({ settings, provider, keys }),
      refresh: oidcRefresh({ settings, provider, keys }),
      providerSignOut: oidcSignOut({
        settings,
        provider,
        returnAddress: deps.publicUrl + signedOutPath(connector.name),
      }),
      logout: { verifyLogout: (token, now) => verifyLogoutToken(keys, token, { issuer, clientId, now }) },
    };
  },
};

function readOidc(given: GivenOidc): Omit<ReadSettings<OpenOidcSettings>, 'secret'> {
  const preset: OidcPreset = OIDC_PRESETS[given.preset];
  const { displayName, rules, groupsClaim } = preset;
  const { authorizationEndpoint, tokenEndpoint, userinfoEndpoint: userinfo, keyId, teamId, assertionAudience } = given;
  const responseMode = given.responseMode ?? preset.responseMode;
  const { pkce = preset.pkce, nonce = preset.nonce } = given;
  return {
    settings: {
      kind: 'oidc',
      preset: given.preset,
      issuer: given.issuer ?? preset.issuer ?? '',
      clientId: given.clientId,
      clientAuthentication: given.clientAuthentication ?? preset.clientAuthentication,
      scopes: [...new Set(['openid', ...(given.scopes ?? preset.scopes)])],
      subjectClaim: given.subjectClaim ?? preset.subjectClaim,
      userinfo: given.userinfo ?? preset.userinfo,
      ...(given.hostedDomains !== undefined && { hostedDomains: given.hostedDomains }),
      ...(keyId !== undefined && { keyId }),
      ...(teamId !== undefined && { teamId }),
      ...(assertionAudience !== undefined && { assertionAudience }),
      ...(authorizationEndpoint !== undefined &&
        tokenEndpoint !== undefined && {
          endpoints: {
            authorization: authorizationEndpoint,
            token: tokenEndpoint,
            ...(userinfo !== undefined && { userinfo }),
          },
        }),
      ...(given.jwksUri !== undefined && { jwksUri: given.jwksUri }),
      ...(responseMode !== undefined && { responseMode }),
      ...(pkce !== undefined && { pkce }),
      ...(nonce !== undefined && { nonce }),
      ...(given.signOutAtProvider !== undefined && { signOutAtProvider: given.signOutAtProvider }),
      ...(given.endSessionEndpoint !== undefined && { endSessionEndpoint: given.endSessionEndpoint }),
      ...(given.recheckAfter !== undefined && { recheckAfter: given.recheckAfter }),
      ...(given.trustedFactors !== undefined && { trustedFactors: given.trustedFactors }),
    },
    defaults: { displayName, rules, groupsClaim },
  };
}

/** What is trusted of the provider. Of uploaded keys, only the public ones that verify signatures are kept. */
function readTrust(given: GivenOidc, readFile: ReadSettingFile): Pick<OpenOidcSettings, 'ca' | 'jwks'> {
  const ca = givenText('ca', given, readFile, readCertificate);
  const text = givenText('jwks', given, readFile, readKeys);
  const jwks = text === undefined ? undefined : `{"keys":${readKeys(text).text}}`;
  return { ...(ca !== undefined && { ca }), ...(jwks !== undefined && { jwks }) };
}
