import {
  type Child,
  ListChildren$,
  type ListChildrenRequest,
  type ListChildrenResponse,
  ListParents$,
  type ListParentsRequest,
  type ListParentsResponse,
} from '@aws-sdk/client-organizations';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import { findTarget } from '../../identity/organizations/organization-tree.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { targetResource } from '../resources.ts';
import { requireParent } from './require-parent.ts';

/** `ListChildren` and `ListParents`. */
export function treeOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [
    organizationOperation<Decoded<ListChildrenRequest>, ListChildrenResponse>(deps, {
      schema: ListChildren$,
      readOnly: true,
      access: 'administrators',
      resources: ({ ParentId }, organization) => [targetResource(organization, ParentId)],
      handle({ input, organization: { accounts, units, ...rest } }) {
        const { ParentId, ChildType } = input;
        requireParent({ ...rest, accounts, units }, ParentId);
        const ids =
          ChildType === 'ACCOUNT'
            ? accounts.filter(({ parentId }) => parentId === ParentId).map(({ accountId }) => accountId)
            : units.filter(({ parentId }) => parentId === ParentId).map(({ unitId }) => unitId);
        const { items, next } = pageFor(ids, input, { list: `children ${ChildType}`, positionOf: (id) => id });
        return { Children: items.map((Id): Child => ({ Id, Type: ChildType })), ...next };
      },
    }),
    organizationOperation<Decoded<ListParentsRequest>, ListParentsResponse>(deps, {
      schema: ListParents$,
      readOnly: true,
      access: 'administrators',
      resources: ({ ChildId }, organization) => [targetResource(organization, ChildId)],
      handle({ input: { ChildId }, organization }) {
        const parentId = findTarget(organization, ChildId)?.parentId;
        if (parentId === undefined) throw organizationError('ChildNotFoundException');
        const Type = parentId === organization.root.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
        return { Parents: [{ Id: parentId, Type }] };
      },
    }),
  ];
}
