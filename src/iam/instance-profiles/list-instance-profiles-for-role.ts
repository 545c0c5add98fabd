import {
  ListInstanceProfilesForRole$,
  type ListInstanceProfilesForRoleRequest,
  type ListInstanceProfilesForRoleResponse,
} from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleViewer } from '../../identity/roles/shown-role.ts';
import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { ROLE } from '../resource-kinds.ts';
import { listedInstanceProfile } from './instance-profile-output.ts';

type Input = Decoded<ListInstanceProfilesForRoleRequest>;

export function listInstanceProfilesForRoleOperation(deps: IamDependencies) {
  return namedOperation<Input, ListInstanceProfilesForRoleResponse, Role>(deps, {
    schema: ListInstanceProfilesForRole$,
    readOnly: true,
    kind: ROLE,
    name: ({ RoleName }) => RoleName,
    async handle({ input, found: role }) {
      const values = [role.accountId, role.roleId];
      const profiles = await readWholeIndex(deps.store.instanceProfiles, 'byRole', values);
      const how = { list: 'instance-profiles-for-role', positionOf: ({ nameKey }: { nameKey: string }) => nameKey };
      const page = pageOf(profiles, { ...how, request: pageRequest(input) });
      const show = roleViewer(deps.store);
      return {
        InstanceProfiles: await Promise.all(
          page.items.map((profile) => listedInstanceProfile(deps.store, profile, show)),
        ),
        ...truncation(page),
      };
    },
  });
}
