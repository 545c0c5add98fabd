import {
  DisableAWSServiceAccess$,
  type DisableAWSServiceAccessRequest,
  EnableAWSServiceAccess$,
  type EnableAWSServiceAccessRequest,
  ListAWSServiceAccessForOrganization$,
  type ListAWSServiceAccessForOrganizationRequest,
  type ListAWSServiceAccessForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import { IAM_SERVICE } from '../../identity/documents/organizations/root-access.ts';
import { constraintViolation, invalidInput } from '../../identity/organizations/organization-errors.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { requireAllFeatures } from '../require-all-features.ts';
import { serviceKey } from '../resources.ts';

/** A name that a service of AWS, or of the operator's own, could have. */
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** @throws {ServiceError} InvalidInputException */
export function requireServicePrincipal(name: string): void {
  if (!SERVICE_PRINCIPAL.test(name)) throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL');
}

/**
 * The services that may work in the organization's accounts. Only a record, except for IAM: central root access needs it. No service calls
 * as a service principal here.
 */
export function serviceOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    organizationOperation<Decoded<EnableAWSServiceAccessRequest>, NoOutput>(deps, {
      schema: EnableAWSServiceAccess$,
      readOnly: false,
      access: 'management',
      keys: ({ ServicePrincipal }) => serviceKey(ServicePrincipal),
      async handle({ input: { ServicePrincipal: servicePrincipal }, organization, call: { now } }) {
        requireServicePrincipal(servicePrincipal);
        await changeOrganization(store, organization, (current) => {
          requireAllFeatures(current);
          if (current.services.some((service) => service.servicePrincipal === servicePrincipal)) return current;
          return { ...current, services: [...current.services, { servicePrincipal, enabledAt: now }] };
        });
        return {};
      },
    }),
    organizationOperation<Decoded<DisableAWSServiceAccessRequest>, NoOutput>(deps, {
      schema: DisableAWSServiceAccess$,
      readOnly: false,
      access: 'management',
      keys: ({ ServicePrincipal }) => serviceKey(ServicePrincipal),
      async handle({ input: { ServicePrincipal: name }, organization }) {
        requireServicePrincipal(name);
        await changeOrganization(store, organization, (current) => {
          requireAllFeatures(current);
          if (current.delegations.some(({ servicePrincipal }) => servicePrincipal === name))
            throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE');
          const services = current.services.filter(({ servicePrincipal }) => servicePrincipal !== name);
          // What needed the access is not enabled again with it.
          return { ...current, services, ...(name === IAM_SERVICE && { rootFeatures: [] }) };
        });
        return {};
      },
    }),
    organizationOperation<
      Decoded<ListAWSServiceAccessForOrganizationRequest>,
      ListAWSServiceAccessForOrganizationResponse
    >(deps, {
      schema: ListAWSServiceAccessForOrganization$,
      readOnly: true,
      access: 'administrators',
      handle({ input, organization }) {
        requireAllFeatures(organization);
        const order = { list: 'services', positionOf: byName };
        const { items, next } = pageFor(organization.services, input, order);
        const EnabledServicePrincipals = items.map(({ servicePrincipal, enabledAt }) => ({
          ServicePrincipal: servicePrincipal,
          DateEnabled: new Date(enabledAt),
        }));
        return { EnabledServicePrincipals, ...next };
      },
    }),
  ];
}

const byName = ({ servicePrincipal }: { readonly servicePrincipal: string }): string => servicePrincipal;
