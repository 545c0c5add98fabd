import type { Authorizer } from '../authorize/authorizer.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OidcDependencies } from '../oidc/oidc-dependencies.ts';
import { accessTokenRule } from './login/access-token-rule.ts';
import { ownAddressRule } from './login/own-address.ts';
import { ownFactorsRule } from './login/own-factors.ts';
import { ownLinksRule } from './login/own-links.ts';
import { ownPasswordRule } from './login/own-password.ts';
import { ownProfileRule } from './login/own-profile.ts';
import type { Settings } from './settings/settings.ts';

/** What the OpenID provider takes from the settings as it stands there. */
export function oidcSettings({ server, signIn, oidc }: Settings) {
  return {
    publicUrl: server.publicUrl,
    passkeyRpId: signIn.passkeyRpId,
    passkeyOrigins: signIn.passkeyOrigins,
    allowPrivateNetworks: oidc.allowPrivateNetworks,
    sessionLimits: oidc.sessions,
    commandLine: oidc.commandLine,
    frontChannelTokens: oidc.frontChannelTokens,
    authorizationDetailsTypes: oidc.authorizationDetailsTypes,
    clientIdMetadataDocuments: oidc.clientIdMetadataDocuments,
    registration: oidc.registration,
  } satisfies Partial<OidcDependencies>;
}

interface RuleDependencies {
  readonly authorizer: Authorizer;
  readonly clock: Clock;
}

/** What people may do on the pages, as policies say. */
export function oidcRules({ oidc }: Settings, { authorizer, clock }: RuleDependencies) {
  return {
    mayGetAccessToken: accessTokenRule(authorizer, clock),
    currentCaller: authorizer.current,
    mayChangeOwnPassword: ownPasswordRule(authorizer, clock),
    mayChangeOwnLinks: ownLinksRule(authorizer, clock),
    mayChangeOwnAddress: ownAddressRule(authorizer, clock),
    ownProfile: ownProfileRule(authorizer, clock, oidc.ownProfileAttributes),
    mayChangeOwnFactors: ownFactorsRule(authorizer, clock),
  } satisfies Partial<OidcDependencies>;
}
