import type { Target } from '../../authorize/target.ts';
import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import type { ChangeableSettings } from './connector-shapes.ts';

const GROUP = holderResource(groupKind);

/**
 * The permissions that rules need besides: to add users to every group that they give. Without this, whoever may change a connector could
 * make themselves an administrator.
 * @param known The rules so far; groups that they give already need no permission.
 */
export async function groupTargets(
  store: IdentityStore,
  accountId: string,
  { rules, known }: { readonly rules: ChangeableSettings['Rules']; readonly known: ProvisioningRules | undefined },
): Promise<readonly Target[]> {
  const { Map: map = [], Always = [] } = rules?.Groups ?? {};
  const before = new Set([...(known?.groups.map ?? []).map(({ group }) => group), ...(known?.groups.always ?? [])]);
  const names = new Set([...map.map(({ Group }) => Group), ...Always].filter((name) => !before.has(name)));
  return await Promise.all(
    [...names].map(async (name) => {
      const named = { accountId, name };
      const found = await GROUP.find(store, named);
      return namedTarget(GROUP, { action: 'iam:AddUserToGroup', named, found });
    }),
  );
}
