import {
  CreatePolicy$,
  type CreatePolicyRequest,
  type CreatePolicyResponse,
  DeletePolicy$,
  type DeletePolicyRequest,
  DescribePolicy$,
  type DescribePolicyRequest,
  type DescribePolicyResponse,
  ListPolicies$,
  type ListPoliciesRequest,
  type ListPoliciesResponse,
  UpdatePolicy$,
  type UpdatePolicyRequest,
  type UpdatePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { OrganizationPolicy } from '../../identity/documents/organizations/organization-policy.ts';
import { DEFAULT_POLICIES, defaultPolicy } from '../../identity/organizations/default-policies.ts';
import { insertUnique, updateUnique } from '../../identity/organizations/insert-unique.ts';
import {
  constraintViolation,
  invalidInput,
  organizationError,
} from '../../identity/organizations/organization-errors.ts';
import { makePolicyId } from '../../identity/organizations/organization-ids.ts';
import { targetsOf } from '../../identity/organizations/organization-tree.ts';
import { policyTypeOf } from '../../identity/organizations/policy-types.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { requirePolicy } from '../find-policy.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { policyResource, policyTypeKey } from '../resources.ts';
import { requestTags, tagsOf } from '../tags.ts';
import { shownPolicy, shownSummary } from './shown-policy.ts';

/** The operations on policies themselves. */
export function policyOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [createPolicy(deps), describePolicy(deps), updatePolicy(deps), deletePolicy(deps), listPolicies(deps)];
}

const nameTaken = (cause: unknown) => organizationError('DuplicatePolicyException', cause);

function createPolicy(deps: OrganizationsDependencies): AnyOperation {
  const { store, random } = deps;
  return organizationOperation<Decoded<CreatePolicyRequest>, CreatePolicyResponse>(deps, {
    schema: CreatePolicy$,
    readOnly: false,
    access: 'management',
    keys: ({ Type, Tags }) => ({ ...policyTypeKey(Type), ...requestTags(Tags) }),
    async handle({
      input: { Type: type, Name: name, Description: description, Content: content, Tags },
      organization,
    }) {
      const { organizationId, featureSet } = organization;
      if (featureSet !== 'ALL') throw organizationError('PolicyTypeNotAvailableForOrganizationException');
      const { check, most } = policyTypeOf(type);
      check(content);
      const tags = [...tagsOf(Tags)];
      if (DEFAULT_POLICIES.some((policy) => policy.type === type && policy.name === name)) throw nameTaken(undefined);
      const policyId = makePolicyId(random);
      const policy: OrganizationPolicy = {
        ...{ organizationId, policyId, type, name, description, content, tags },
        revision: 1,
      };
      await insertUnique(store.organizationPolicies, policy, nameTaken);
      try {
        await changeOrganization(store, organization, (current) => {
          if (current.policies.filter((each) => each.type === type).length >= most)
            throw constraintViolation('POLICY_NUMBER_LIMIT_EXCEEDED');
          return { ...current, policies: [...current.policies, { policyId, type }] };
        });
      } catch (error) {
        await store.organizationPolicies.remove([organizationId, policyId]);
        throw error;
      }
      return { Policy: shownPolicy(organization, policy) };
    },
  });
}

function describePolicy(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<DescribePolicyRequest>, DescribePolicyResponse>(deps, {
    schema: DescribePolicy$,
    readOnly: true,
    access: 'administrators',
    resources: async ({ PolicyId }, organization) => [await policyResource(deps.store, organization, PolicyId)],
    handle: async ({ input: { PolicyId }, organization }) => ({
      Policy: shownPolicy(organization, await requirePolicy(deps.store, organization, PolicyId)),
    }),
  });
}

function updatePolicy(deps: OrganizationsDependencies): AnyOperation {
  const { store } = deps;
  return organizationOperation<Decoded<UpdatePolicyRequest>, UpdatePolicyResponse>(deps, {
    schema: UpdatePolicy$,
    readOnly: false,
    access: 'management',
    resources: async ({ PolicyId }, organization) => [await policyResource(store, organization, PolicyId)],
    async handle({ input: { PolicyId, Name, Description, Content }, organization }) {
      if (defaultPolicy(PolicyId) !== undefined) throw invalidInput('IMMUTABLE_POLICY');
      const { type } = await requirePolicy(store, organization, PolicyId);
      if (Content !== undefined) policyTypeOf(type).check(Content);
      if (DEFAULT_POLICIES.some((policy) => policy.type === type && policy.name === Name)) throw nameTaken(undefined);
      const updating = store.organizationPolicies.update([organization.organizationId, PolicyId], (old) => ({
        ...old,
        name: Name ?? old.name,
        description: Description ?? old.description,
        ...(Content !== undefined && { content: Content, revision: old.revision + 1 }),
      }));
      const updated = await updateUnique(updating, nameTaken);
      if (updated === undefined) throw organizationError('PolicyNotFoundException');
      return { Policy: shownPolicy(organization, updated) };
    },
  });
}

function deletePolicy(deps: OrganizationsDependencies): AnyOperation {
  const { store } = deps;
  return organizationOperation<Decoded<DeletePolicyRequest>, NoOutput>(deps, {
    schema: DeletePolicy$,
    readOnly: false,
    access: 'management',
    resources: async ({ PolicyId }, organization) => [await policyResource(store, organization, PolicyId)],
    async handle({ input: { PolicyId }, organization }) {
      if (defaultPolicy(PolicyId) !== undefined) throw invalidInput('IMMUTABLE_POLICY');
      // First, so that it cannot be attached any more.
      await changeOrganization(store, organization, (current) => {
        const policies = current.policies.filter(({ policyId }) => policyId !== PolicyId);
        if (policies.length === current.policies.length) throw organizationError('PolicyNotFoundException');
        if (targetsOf(current).some(({ policyIds }) => policyIds.includes(PolicyId)))
          throw organizationError('PolicyInUseException');
        return { ...current, policies };
      });
      await store.organizationPolicies.remove([organization.organizationId, PolicyId]);
      return {};
    },
  });
}

function listPolicies(deps: OrganizationsDependencies): AnyOperation {
  const { store } = deps;
  return organizationOperation<Decoded<ListPoliciesRequest>, ListPoliciesResponse>(deps, {
    schema: ListPolicies$,
    readOnly: true,
    access: 'administrators',
    keys: ({ Filter }) => policyTypeKey(Filter),
    async handle({ input, organization }) {
      const ids = [...DEFAULT_POLICIES, ...organization.policies]
        .filter(({ type }) => type === input.Filter)
        .map(({ policyId }) => policyId);
      const { items, next } = pageFor(ids, input, { list: `policies ${input.Filter}`, positionOf: (id) => id });
      return { Policies: await shownSummary(store, organization, items), ...next };
    },
  });
}
