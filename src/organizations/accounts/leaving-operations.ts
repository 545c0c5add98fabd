import {
  CloseAccount$,
  type CloseAccountRequest,
  LeaveOrganization$,
  RemoveAccountFromOrganization$,
  type RemoveAccountFromOrganizationRequest,
} from '@aws-sdk/client-organizations';
import { closeAccount } from '../../identity/organizations/close-account.ts';
import { withoutAccount } from '../../identity/organizations/leave-organization.ts';
import { ORGANIZATION_ERRORS } from '../../identity/organizations/organization-errors.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { requireAllFeatures } from '../require-all-features.ts';
import { targetResource } from '../resources.ts';
import { requireMember } from './shown-account.ts';

/** `CloseAccount` and `RemoveAccountFromOrganization`, by the management account, and `LeaveOrganization`, by a member. */
export function leavingOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    organizationOperation<Decoded<CloseAccountRequest>, NoOutput>(deps, {
      schema: CloseAccount$,
      readOnly: false,
      access: 'management',
      resources: ({ AccountId }, organization) => [targetResource(organization, AccountId)],
      async handle({ input: { AccountId: accountId }, organization, call: { now } }) {
        requireAllFeatures(organization);
        requireMember(organization, accountId);
        if (accountId !== organization.managementAccountId && (await deps.isFirstAccount(accountId)))
          throw new ServiceError(
            ORGANIZATION_ERRORS.AccessDeniedException,
            'The first account of this server cannot be closed.',
          );
        await closeAccount(store, organization, { accountId, now });
        return {};
      },
    }),
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
