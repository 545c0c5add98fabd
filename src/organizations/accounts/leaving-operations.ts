import {
  LeaveOrganization$,
  RemoveAccountFromOrganization$,
  type RemoveAccountFromOrganizationRequest,
} from '@aws-sdk/client-organizations';
import { withoutAccount } from '../../identity/organizations/leave-organization.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { targetResource } from '../resources.ts';

/** `RemoveAccountFromOrganization`, by the management account, and `LeaveOrganization`, by a member. */
export function leavingOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    organizationOperation<Decoded<RemoveAccountFromOrganizationRequest>, NoOutput>(deps, {
      schema: RemoveAccountFromOrganization$,
      readOnly: false,
      access: 'management',
      resources: ({ AccountId }, organization) => [targetResource(organization, AccountId)],
      async handle({ input: { AccountId }, organization }) {
        await changeOrganization(store, organization, (current) => withoutAccount(current, AccountId));
        return {};
      },
    }),
    organizationOperation<Record<string, never>, NoOutput>(deps, {
      schema: LeaveOrganization$,
      readOnly: false,
      access: 'members',
      async handle({ organization, call: { caller } }) {
        await changeOrganization(store, organization, (current) => withoutAccount(current, caller.accountId));
        return {};
      },
    }),
  ];
}
