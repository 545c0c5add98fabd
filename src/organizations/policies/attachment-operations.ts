import {
  AttachPolicy$,
  type AttachPolicyRequest,
  DetachPolicy$,
  type DetachPolicyRequest,
  ListPoliciesForTarget$,
  type ListPoliciesForTargetRequest,
  type ListPoliciesForTargetResponse,
  ListTargetsForPolicy$,
  type ListTargetsForPolicyRequest,
  type ListTargetsForPolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { defaultPolicy, RCP_FULL_AWS_ACCESS, SERVICE_CONTROL } from '../../identity/organizations/default-policies.ts';
import { targetArn } from '../../identity/organizations/organization-arns.ts';
import {
  constraintViolation,
  invalidInput,
  organizationError,
} from '../../identity/organizations/organization-errors.ts';
import {
  findTarget,
  type OrganizationTarget,
  targetsOf,
  withTarget,
} from '../../identity/organizations/organization-tree.ts';
import { policyTypeOf } from '../../identity/organizations/policy-types.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { requirePolicy } from '../find-policy.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { policyResource, policyTypeKey, targetResource } from '../resources.ts';
import { shownSummary } from './shown-policy.ts';

interface Attachment {
  readonly PolicyId: string;
  readonly TargetId: string;
}

/** Attaches policies to the root, units and accounts, and tells which are attached. */
export function attachmentOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [attachPolicy(deps), detachPolicy(deps), listPoliciesForTarget(deps), listTargetsForPolicy(deps)];
}

/** Both the policy and the target must be allowed. */
async function bothResources(store: IdentityStore, { PolicyId, TargetId }: Attachment, organization: Organization) {
  const policy = await policyResource(store, organization, PolicyId);
  return [policy, { ...targetResource(organization, TargetId), conditions: policy.conditions }];
}

/** An operation that attaches or detaches a policy. @param change gives the policies that the target has then. */
function attachmentChange(
  deps: OrganizationsDependencies,
  schema: typeof AttachPolicy$ | typeof DetachPolicy$,
  change: (policyId: string, target: OrganizationTarget, ofType: TypeAtTarget) => readonly string[],
): AnyOperation {
  const { store } = deps;
  return organizationOperation<Decoded<AttachPolicyRequest | DetachPolicyRequest>, NoOutput>(deps, {
    schema,
    readOnly: false,
    access: 'management',
    resources: (input, organization) => bothResources(store, input, organization),
    async handle({ input: { PolicyId, TargetId }, organization }) {
      await changeOrganization(store, organization, (current) => {
        const { type, target } = partsOf(current, { PolicyId, TargetId });
        const ofType = { type, attached: attachedOf(current, target, type).length };
        return withTarget(current, TargetId, { policyIds: change(PolicyId, target, ofType) });
      });
      return {};
    },
  });
}

/** The type of a policy, and how many of it are attached to a target. */
interface TypeAtTarget {
  readonly type: string;
  readonly attached: number;
}

function attachPolicy(deps: OrganizationsDependencies): AnyOperation {
  return attachmentChange(deps, AttachPolicy$, (policyId, { policyIds }, { type, attached }) => {
    if (policyId === RCP_FULL_AWS_ACCESS || policyIds.includes(policyId))
      throw organizationError('DuplicatePolicyAttachmentException');
    if (attached >= policyTypeOf(type).mostAttached)
      throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    return [...policyIds, policyId];
  });
}

function detachPolicy(deps: OrganizationsDependencies): AnyOperation {
  return attachmentChange(deps, DetachPolicy$, (policyId, { policyIds }, { type, attached }) => {
    if (policyId === RCP_FULL_AWS_ACCESS) throw invalidInput('NON_DETACHABLE_POLICY');
    if (!policyIds.includes(policyId)) throw organizationError('PolicyNotAttachedException');
    if (type === SERVICE_CONTROL && attached === 1)
      throw constraintViolation('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    return policyIds.filter((id) => id !== policyId);
  });
}

/** The policy's type, if it is enabled, and the target. */
function partsOf(organization: Organization, { PolicyId, TargetId }: Attachment) {
  const type = typeOf(organization, PolicyId);
  if (type === undefined) throw organizationError('PolicyNotFoundException');
  const target = findTarget(organization, TargetId);
  if (target === undefined) throw organizationError('TargetNotFoundException');
  if (!organization.policyTypes.includes(type)) throw organizationError('PolicyTypeNotEnabledException');
  return { type, target };
}

function typeOf({ policies }: Organization, policyId: string): string | undefined {
  return (defaultPolicy(policyId) ?? policies.find((policy) => policy.policyId === policyId))?.type;
}

/** The policies of a type that are attached to a target, with the one that always is. */
function attachedOf(organization: Organization, target: OrganizationTarget, type: string): readonly string[] {
  const always = organization.policyTypes.includes(type) ? [RCP_FULL_AWS_ACCESS] : [];
  return [...always, ...target.policyIds].filter((policyId) => typeOf(organization, policyId) === type);
}

function listPoliciesForTarget(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<ListPoliciesForTargetRequest>, ListPoliciesForTargetResponse>(deps, {
    schema: ListPoliciesForTarget$,
    readOnly: true,
    access: 'administrators',
    resources: ({ TargetId }, organization) => [targetResource(organization, TargetId)],
    keys: ({ Filter }) => policyTypeKey(Filter),
    async handle({ input, organization }) {
      const target = findTarget(organization, input.TargetId);
      if (target === undefined) throw organizationError('TargetNotFoundException');
      const attached = attachedOf(organization, target, input.Filter);
      const { items, next } = pageFor(attached, input, { list: 'attached', positionOf: (id) => id });
      return { Policies: await shownSummary(deps.store, organization, items), ...next };
    },
  });
}

function listTargetsForPolicy(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<ListTargetsForPolicyRequest>, ListTargetsForPolicyResponse>(deps, {
    schema: ListTargetsForPolicy$,
    readOnly: true,
    access: 'administrators',
    resources: async ({ PolicyId }, organization) => [await policyResource(deps.store, organization, PolicyId)],
    async handle({ input, organization }) {
      const { policyId, type } = await requirePolicy(deps.store, organization, input.PolicyId);
      const having = targetsOf(organization).filter((each) => attachedOf(organization, each, type).includes(policyId));
      const { items, next } = pageFor(having, input, { list: 'targets', positionOf: ({ id }) => id });
      const Targets = items.map(({ id, name, type: Type }) => ({
        TargetId: id,
        Arn: targetArn(organization, id),
        Name: name,
        Type,
      }));
      return { Targets, ...next };
    },
  });
}
