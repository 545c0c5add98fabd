import { ServiceError } from '../../kernel/service-error.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import { foldName, type PolicyReference } from '../documents/entity.ts';
import { findManagedPolicyById } from '../policies/find-managed-policy.ts';
import { requirePolicyArn } from '../policies/require-policy-arn.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { notAttachable, requireAttachablePolicy } from './attachable-policy.ts';
import { changeHolder } from './find-holder.ts';
import type { HolderKind, PolicyHolder } from './holder-kind.ts';

/** An attached managed policy, as lists show it. */
export interface AttachedPolicy {
  readonly policyName: string;
  readonly policyArn: string;
}

/**
 * Attaches a managed policy; no effect if it is already attached.
 * @throws {ServiceError} ValidationError, InvalidInput, NoSuchEntity (policy or entity), LimitExceeded.
 */
export async function attachPolicy<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyArn }: { holder: Holder; policyArn: string },
): Promise<void> {
  kind.requireModifiable?.(holder);
  const reference = await requireAttachablePolicy(store, holder.accountId, policyArn);
  const quota = await accountQuota(store, holder.accountId, kind.attachedPolicies);
  await changeHolder(kind, store, {
    holder,
    change: (old) => {
      const attachedPolicies = [...without(old, policyArn), reference];
      if (old.attachedPolicies.some((attached) => attached.policyId === reference.policyId)) return old;
      requireWithin(quota, attachedPolicies.length);
      return { ...old, attachedPolicies };
    },
  });
  // If the policy is gone, its deletion may have counted attachments before this one was made: undo the change.
  if (!(await findManagedPolicyById(store, holder.accountId, reference.policyId))) {
    await changeHolder(kind, store, {
      holder,
      change: (old) => ({ ...old, attachedPolicies: without(old, policyArn) }),
    });
    throw notAttachable(policyArn);
  }
}

/** @throws {ServiceError} ValidationError, InvalidInput, NoSuchEntity if it is not attached. */
export async function detachPolicy<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyArn }: { holder: Holder; policyArn: string },
): Promise<void> {
  kind.requireModifiable?.(holder);
  requirePolicyArn(policyArn);
  await changeHolder(kind, store, {
    holder,
    change: (old) => {
      const attachedPolicies = without(old, policyArn);
      if (attachedPolicies.length === old.attachedPolicies.length) {
        throw new ServiceError(IAM_ERRORS.NoSuchEntity, `Policy ${policyArn} was not found.`);
      }
      return { ...old, attachedPolicies };
    },
  });
}

/** An entity's attached managed policies whose path begins with a prefix, sorted by name regardless of case, then by path. */
export function listAttachedPolicies(
  holder: PolicyHolder,
  { pathPrefix, ...request }: { pathPrefix?: string | undefined } & PageRequest,
): ListPage<AttachedPolicy> {
  const attached = holder.attachedPolicies
    .map(({ policyArn }) => ({ policyArn, ...nameAndPathOf(policyArn) }))
    .filter(({ path }) => path.startsWith(pathPrefix ?? '/'));
  const positionOf = ({ policyName, policyArn }: AttachedPolicy) => `${foldName(policyName)}/${policyArn}`;
  const page = pageOf(attached, { list: 'attached-policies', positionOf, request });
  return { ...page, items: page.items.map(({ policyName, policyArn }) => ({ policyName, policyArn })) };
}

function without(holder: PolicyHolder, policyArn: string): PolicyReference[] {
  return holder.attachedPolicies.filter((attached) => attached.policyArn !== policyArn);
}

/** Takes name and path from the ARN (`arn:aws:iam::…:policy/path/name`), which never changes since policies cannot be renamed. */
function nameAndPathOf(policyArn: string): { policyName: string; path: string } {
  const begin = policyArn.indexOf('/');
  const end = policyArn.lastIndexOf('/');
  return { policyName: policyArn.slice(end + 1), path: policyArn.slice(begin, end + 1) };
}
