import type { Target } from '../../authorize/target.ts';
import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import type { ChangeableSettings } from './connector-shapes.ts';

const GROUP = holderResource(groupKind);

/** The settings that decide who gets which groups. All others (the secret, the button, …) leave that as it is. */
const DECISIVE = ['Issuer', 'ClientId', 'SubjectClaim', 'HostedDomains', 'Rules'] as const;

/** Whether a change can give groups to other people than before. */
export function decidesGroups(input: Partial<Record<(typeof DECISIVE)[number], unknown>>): boolean {
  return DECISIVE.some((name) => input[name] !== undefined);
}

/** The groups that rules give. */
export function groupsOf({ groups: { map, always } }: ProvisioningRules): readonly string[] {
  return [...map.map(({ group }) => group), ...always];
}

/** The groups that the rules of a request give. */
export function givenGroups(rules: ChangeableSettings['Rules']): readonly string[] {
  const { Map: map = [], Always = [] } = rules?.Groups ?? {};
  return [...map.map(({ Group }) => Group), ...Always];
}

/**
 * The permissions needed to decide who gets these groups: to add users to each of them. Without this, whoever may change a connector could
 * make themselves an administrator.
 */
export async function groupTargets(
  store: IdentityStore,
  accountId: string,
  groups: readonly string[],
): Promise<readonly Target[]> {
  return await Promise.all(
    [...new Set(groups)].map(async (name) => {
      const named = { accountId, name };
      const found = await GROUP.find(store, named);
      return namedTarget(GROUP, { action: 'iam:AddUserToGroup', named, found });
    }),
  );
}
