import { BRIDGE_PATHS } from '../../bridge/context/bridge-addresses.ts';
import { applicationUserOf } from '../../identity/applications/application-user.ts';
import type { OwnApplications, StartAddresses } from '../../identity/applications/own-applications.ts';
import { ownSessionName } from '../../identity/sessions/own-session-name.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Invoker } from '../../operations/invoke.ts';
import { ListAssumableRoles } from '../../rolecall/own-access/list-assumable-roles.ts';
import { ListOwnApplications } from '../../rolecall/own-access/list-own-applications.ts';
import type { StartSources } from '../../sign-in/start/start-sources.ts';
import { ASSUME_ROLE } from './assume-role.ts';

/** Roles on one page of the start page. */
const ROLES_ON_PAGE = 100;

/** All apps are on one page: people have far fewer. */
const MOST_APPS = 1000;

interface StartSourcesDependencies extends Pick<Invoker, 'invoke'> {
  readonly store: Pick<IdentityStore, 'applications' | 'users'>;
  readonly ownApplications: Pick<OwnApplications, 'find'>;
}

/** Where apps are opened. */
export function startAddresses(publicUrl: string): StartAddresses {
  return {
    issuer: `${publicUrl}/oidc`,
    samlStart: (account, app) => publicUrl + BRIDGE_PATHS.start(account, encodeURIComponent(app)),
  };
}

/** The start page calls the same operations as programs, with the signed-in person as the caller. */
export function startSources({ invoke, store, ownApplications }: StartSourcesDependencies): StartSources {
  return {
    async roles(by, { contains: Contains, after: NextToken }) {
      const input = { Contains, NextToken, MaxResults: ROLES_ON_PAGE };
      const { Roles, NextToken: next } = await invoke(ListAssumableRoles, input, by);
      const roles = Roles.map((role) => ({
        arn: role.Arn,
        name: role.RoleName,
        accountId: role.AccountId,
        accountAlias: role.AccountAlias,
        description: role.Description,
        trustedAs: role.TrustedAs,
        grantedBy: role.GrantedBy.map(({ Policy }) => Policy),
        needsFactor: role.NeedsSecondFactor,
      }));
      return { roles, next };
    },
    async apps(by) {
      const { Applications } = await invoke(ListOwnApplications, { MaxResults: MOST_APPS }, by);
      return Applications.map((each) => ({
        id: each.ApplicationId,
        name: each.DisplayName,
        href: each.StartUrl,
        iconVersion: each.IconVersion?.getTime(),
      }));
    },
    async icon(by, app) {
      // Part of the page, which has listed the apps: an audit event for each picture would say nothing more.
      const user = await applicationUserOf(store, by.caller);
      const apps = user === undefined ? [] : await ownApplications.find(user);
      const found = apps.find(({ applicationId }) => applicationId === app);
      return found && (await store.applications.get([found.accountId, app]))?.icon;
    },
    async credentials(by, RoleArn) {
      const input = { RoleArn, RoleSessionName: ownSessionName(by.caller) };
      const { Credentials } = await invoke(ASSUME_ROLE, input, by);
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
        expiration: Credentials?.Expiration ?? new Date(0),
      };
    },
  };
}
