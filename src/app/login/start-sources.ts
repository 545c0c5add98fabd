import { ownSessionName } from '../../identity/sessions/own-session-name.ts';
import type { Invoker } from '../../operations/invoke.ts';
import { ListAssumableRoles } from '../../rolecall/own-access/list-assumable-roles.ts';
import type { StartSources } from '../../sign-in/start/start-sources.ts';
import { ASSUME_ROLE } from './assume-role.ts';

/** Roles on one page of the start page. */
const ROLES_ON_PAGE = 100;

/** The start page calls the same operations as programs, with the signed-in person as the caller. */
export function startSources({ invoke }: Pick<Invoker, 'invoke'>): StartSources {
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
    apps: async () => [],
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
