import {
  type DelegatedAdministrator,
  DeregisterDelegatedAdministrator$,
  type DeregisterDelegatedAdministratorRequest,
  ListDelegatedAdministrators$,
  type ListDelegatedAdministratorsRequest,
  type ListDelegatedAdministratorsResponse,
  ListDelegatedServicesForAccount$,
  type ListDelegatedServicesForAccountRequest,
  type ListDelegatedServicesForAccountResponse,
  RegisterDelegatedAdministrator$,
  type RegisterDelegatedAdministratorRequest,
} from '@aws-sdk/client-organizations';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { constraintViolation, organizationError } from '../../identity/organizations/organization-errors.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { requireMember, shownAccount } from '../accounts/shown-account.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { requireAllFeatures } from '../require-all-features.ts';
import { serviceKey, targetResource } from '../resources.ts';
import { requireServicePrincipal } from './service-operations.ts';

interface Delegated {
  readonly AccountId: string;
  readonly ServicePrincipal: string;
}

/** Accounts that administer a service for the organization. A delegated administrator for any service may read the organization. */
export function delegationOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [register(deps), deregister(deps), listAdministrators(deps), listServices(deps)];
}

const ofDelegation = {
  resources: ({ AccountId }: Delegated, organization: Organization) => [targetResource(organization, AccountId)],
  keys: ({ ServicePrincipal }: Delegated) => serviceKey(ServicePrincipal),
};

function register(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<RegisterDelegatedAdministratorRequest>, NoOutput>(deps, {
    schema: RegisterDelegatedAdministrator$,
    readOnly: false,
    access: 'management',
    ...ofDelegation,
    async handle({ input: { AccountId: accountId, ServicePrincipal: servicePrincipal }, organization, call: { now } }) {
      requireServicePrincipal(servicePrincipal);
      const isClosed = (await deps.store.accounts.get([accountId]))?.closedAt !== undefined;
      await changeOrganization(deps.store, organization, (current) => {
        requireAllFeatures(current);
        requireMember(current, accountId);
        if (isClosed) throw constraintViolation('CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR');
        if (accountId === current.managementAccountId)
          throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR');
        const has = current.delegations.some(
          (each) => each.accountId === accountId && each.servicePrincipal === servicePrincipal,
        );
        if (has) throw organizationError('AccountAlreadyRegisteredException');
        return {
          ...current,
          delegations: [...current.delegations, { accountId, servicePrincipal, registeredAt: now }],
        };
      });
      return {};
    },
  });
}

function deregister(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<DeregisterDelegatedAdministratorRequest>, NoOutput>(deps, {
    schema: DeregisterDelegatedAdministrator$,
    readOnly: false,
    access: 'management',
    ...ofDelegation,
    async handle({ input: { AccountId, ServicePrincipal }, organization }) {
      requireServicePrincipal(ServicePrincipal);
      await changeOrganization(deps.store, organization, (current) => {
        requireMember(current, AccountId);
        const delegations = current.delegations.filter(
          ({ accountId, servicePrincipal }) => accountId !== AccountId || servicePrincipal !== ServicePrincipal,
        );
        if (delegations.length === current.delegations.length) throw organizationError('AccountNotRegisteredException');
        return { ...current, delegations };
      });
      return {};
    },
  });
}

function listAdministrators(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<ListDelegatedAdministratorsRequest>, ListDelegatedAdministratorsResponse>(deps, {
    schema: ListDelegatedAdministrators$,
    readOnly: true,
    access: 'administrators',
    keys: ({ ServicePrincipal }) => serviceKey(ServicePrincipal),
    async handle({ input, organization }) {
      requireAllFeatures(organization);
      const { ServicePrincipal } = input;
      const meant = organization.delegations.filter(
        ({ servicePrincipal }) => ServicePrincipal === undefined || servicePrincipal === ServicePrincipal,
      );
      const since = new Map<string, number>();
      for (const { accountId, registeredAt } of meant)
        since.set(accountId, Math.min(since.get(accountId) ?? registeredAt, registeredAt));
      const order = { list: 'administrators', positionOf: ([id]: readonly [string, number]) => id };
      const { items, next } = pageFor([...since], input, order);
      const shown = items.map(async ([accountId, registeredAt]): Promise<DelegatedAdministrator> => {
        const account = await shownAccount(deps.store, organization, requireMember(organization, accountId));
        const { Paths: _paths, ...rest } = account;
        return { ...rest, DelegationEnabledDate: new Date(registeredAt) };
      });
      return { DelegatedAdministrators: await Promise.all(shown), ...next };
    },
  });
}

function listServices(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<
    Decoded<ListDelegatedServicesForAccountRequest>,
    ListDelegatedServicesForAccountResponse
  >(deps, {
    schema: ListDelegatedServicesForAccount$,
    readOnly: true,
    access: 'administrators',
    resources: ({ AccountId }, organization) => [targetResource(organization, AccountId)],
    handle({ input, organization }) {
      requireMember(organization, input.AccountId);
      const own = organization.delegations.filter(({ accountId }) => accountId === input.AccountId);
      if (own.length === 0) throw organizationError('AccountNotRegisteredException');
      const order = { list: 'delegated', positionOf: (each: { servicePrincipal: string }) => each.servicePrincipal };
      const { items, next } = pageFor(own, input, order);
      const DelegatedServices = items.map(({ servicePrincipal, registeredAt }) => ({
        ServicePrincipal: servicePrincipal,
        DelegationEnabledDate: new Date(registeredAt),
      }));
      return { DelegatedServices, ...next };
    },
  });
}
