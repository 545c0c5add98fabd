import type { Target } from '../../authorize/target.ts';
import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import type { ChangeableSettings, ChangedSettings } from './connector-shapes.ts';
import { type GivenKind, givenKinds, type KindMember } from './kinds/kinds.ts';

const GROUP = holderResource(groupKind);

/** Whether a change can give groups to other people than before. */
export function decidesGroups(input: Pick<ChangedSettings, 'Rules' | 'Provisioning' | KindMember>): boolean {
  return input.Rules !== undefined || input.Provisioning !== undefined || decidesPeople(input);
}

/** Whether a change can let other people in than before as the same users. */
export function decidesPeople(input: Pick<ChangedSettings, KindMember>): boolean {
  return givenKinds(input).some(isDecisive);
}

function isDecisive({ input, row }: GivenKind): boolean {
  return Object.entries(input).some(([name, value]) => value !== undefined && !row.harmless.has(name));
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
