import type { Configuration } from 'openid-client';
import type { ConnectorKind, ReadSettings } from '../connector-kind.ts';
import { refreshed } from '../refreshed.ts';
import { type GivenOidc, oidcFields, oidcProblems, secretFieldOf } from './given-settings.ts';
import { oidcConnector } from './oidc-connector.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { OIDC_PRESETS, type OidcPreset } from './presets.ts';
import { readProviderMetadata } from './provider-metadata.ts';
import { oidcLoginTester } from './test-oidc-login.ts';
import { tryIssuer } from './try-issuer.ts';

/** OpenID Connect providers. */
export const oidcKind: ConnectorKind<'oidc', typeof oidcFields> = {
  fields: oidcFields,
  problems: oidcProblems,

  read(given, readFile) {
    const { clientSecret, clientSecretFile } = given;
    const secret = clientSecretFile === undefined ? clientSecret : readFile('clientSecretFile', clientSecretFile);
    return { ...readOidc(given), secret };
  },

  givenAgain: (settings) => settings,
  secretField: secretFieldOf,
  secretMovedBy: (old, { issuer }) => (old.issuer === issuer ? undefined : 'issuer'),
  hasSameSubjects: (old, settings) => old.issuer === settings.issuer && old.subjectClaim === settings.subjectClaim,
  deviations: () => [],
  addresses: ({ issuer }) => [['issuer', issuer]],
  tryProvider: tryIssuer,
  tester: ({ keys }, settings) => oidcLoginTester({ settings, keys }),

  open({ keys, issuerSettings, allowPrivate, elapsed }, { settings, secret }) {
    const provider = refreshed<Configuration>(
      () => readProviderMetadata({ settings, secret, issuerSettings: issuerSettings(settings.issuer), allowPrivate }),
      elapsed,
    );
    return { redirect: oidcConnector({ settings, provider, keys }) };
  },
};

function readOidc(given: GivenOidc): Omit<ReadSettings<OpenOidcSettings>, 'secret'> {
  const preset: OidcPreset = OIDC_PRESETS[given.preset];
  const { displayName, rules, groupsClaim } = preset;
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
    },
    defaults: { displayName, rules, groupsClaim },
  };
}
