import type { Authorizer } from '../../authorize/authorizer.ts';
import { connectorOpener } from '../../federation/connectors/open-connector.ts';
import { openLoginTesters } from '../../federation/connectors/open-login-testers.ts';
import { openPasswordTrials } from '../../federation/directory-identities/password-trials.ts';
import { samlLogins } from '../../federation/saml/saml-logins.ts';
import { openPeople } from '../../identity/credentials/people.ts';
import type { RoleDirectory } from '../../identity/roles/role-directory.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { LoginTests } from '../../rolecall/rolecall-dependencies.ts';
import type { Settings } from '../settings/settings.ts';
import { openerDependencies } from './connectors.ts';
import { verifierOf, type WebIdentitiesDependencies } from './web-identities.ts';

export interface LoginTestsDependencies extends Omit<WebIdentitiesDependencies, 'registry'> {
  readonly settings: Pick<Settings, 'server' | 'federation' | 'oidc'>;
  readonly ephemeral: Ephemeral;
  readonly roles: RoleDirectory;
  readonly authorizer: Pick<Authorizer, 'decide'>;
}

/** What tests of logins work with: the same verification as for logins, but no metric counts it. */
export function openLoginTests({
  settings,
  authorizer,
  roles,
  ephemeral,
  ...deps
}: LoginTestsDependencies): LoginTests {
  const { store, keys, keyRing } = deps;
  const connectors = openerDependencies({ settings, sealer: keyRing.sealer, keys, feed: ephemeral });
  return {
    openTester: openLoginTesters(connectors),
    passwords: openPasswordTrials({
      open: connectorOpener(connectors),
      store,
      people: openPeople(store, deps.clock),
      ephemeral,
    }),
    authorizer,
    roles,
    verifyWebIdentity: verifierOf(deps),
    samlLogins: samlLogins({
      store,
      sealer: keyRing.sealer,
      ephemeral,
      publicUrl: settings.server.publicUrl,
      settings: settings.federation.saml,
      refused: () => {},
    }),
  };
}
