import type { Group } from '../documents/group.ts';
import type { RenamableKind } from '../policy-holder/holder-kind.ts';
import { QUOTAS } from '../rules/quotas.ts';

/** Groups as policy holders. */
export const groupKind: RenamableKind<Group> = {
  type: 'group',
  collection: (store) => store.groups,
  keyOf: (group) => [group.accountId, group.groupId],
  nameOf: (group) => group.groupName,
  renamed: (group, { name, nameKey, path }) => ({ ...group, groupName: name, nameKey, path }),
  perAccount: QUOTAS.groupsPerAccount,
  attachedPolicies: QUOTAS.policiesPerGroup,
};
