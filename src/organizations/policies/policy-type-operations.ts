import {
  DisablePolicyType$,
  type DisablePolicyTypeRequest,
  type DisablePolicyTypeResponse,
  EnablePolicyType$,
  type EnablePolicyTypeRequest,
  type EnablePolicyTypeResponse,
} from '@aws-sdk/client-organizations';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { defaultPolicy, FULL_AWS_ACCESS, SERVICE_CONTROL } from '../../identity/organizations/default-policies.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import { withAllPolicies } from '../../identity/organizations/organization-tree.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { policyTypeKey, targetResource } from '../resources.ts';
import { shownRoot } from '../shown-root.ts';

/** `EnablePolicyType` and `DisablePolicyType`. */
export function policyTypeOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    organizationOperation<Decoded<EnablePolicyTypeRequest>, EnablePolicyTypeResponse>(deps, {
      schema: EnablePolicyType$,
      readOnly: false,
      access: 'management',
      resources: ({ RootId }, organization) => [targetResource(organization, RootId)],
      keys: ({ PolicyType }) => policyTypeKey(PolicyType),
      async handle({ input: { RootId, PolicyType: type }, organization }) {
        const changed = await changeOrganization(store, organization, (current) => {
          requireRoot(current, RootId);
          if (current.featureSet !== 'ALL') throw organizationError('PolicyTypeNotAvailableForOrganizationException');
          if (current.policyTypes.includes(type)) throw organizationError('PolicyTypeAlreadyEnabledException');
          const enabled = { ...current, policyTypes: [...current.policyTypes, type] };
          if (type !== SERVICE_CONTROL) return enabled;
          return withAllPolicies(enabled, (policyIds) => [FULL_AWS_ACCESS, ...policyIds]);
        });
        return { Root: shownRoot(changed) };
      },
    }),
    organizationOperation<Decoded<DisablePolicyTypeRequest>, DisablePolicyTypeResponse>(deps, {
      schema: DisablePolicyType$,
      readOnly: false,
      access: 'management',
      resources: ({ RootId }, organization) => [targetResource(organization, RootId)],
      keys: ({ PolicyType }) => policyTypeKey(PolicyType),
      async handle({ input: { RootId, PolicyType: type }, organization }) {
        const changed = await changeOrganization(store, organization, (current) => {
          requireRoot(current, RootId);
          if (!current.policyTypes.includes(type)) throw organizationError('PolicyTypeNotEnabledException');
          const disabled = { ...current, policyTypes: current.policyTypes.filter((each) => each !== type) };
          // As in AWS, everything is detached: enabling the type again starts over.
          const ofType = new Set(current.policies.filter((each) => each.type === type).map(({ policyId }) => policyId));
          const stays = (policyId: string): boolean => !ofType.has(policyId) && defaultPolicy(policyId)?.type !== type;
          return withAllPolicies(disabled, (policyIds) => policyIds.filter(stays));
        });
        return { Root: shownRoot(changed) };
      },
    }),
  ];
}

/** @throws {ServiceError} RootNotFoundException */
function requireRoot({ root }: Organization, rootId: string): void {
  if (root.rootId !== rootId) throw organizationError('RootNotFoundException');
}
