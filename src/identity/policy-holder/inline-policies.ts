import { ServiceError } from '../../kernel/service-error.ts';
import { policySize } from '../../policy/document/policy-size.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { foldName, type InlinePolicy } from '../documents/entity.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { INLINE_POLICY_SIZE } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeHolder } from './find-holder.ts';
import type { HolderKind, PolicyHolder } from './holder-kind.ts';

/**
 * Adds an inline policy to an entity, or replaces the one of the same name.
 * @throws {ServiceError} MalformedPolicyDocument, LimitExceeded (all inline policies of the entity together), NoSuchEntity.
 */
export async function putInlinePolicy<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyName, document }: { holder: Holder } & InlinePolicy,
): Promise<void> {
  kind.requireModifiable?.(holder);
  requireValidPolicy(document, 'identity');
  const nameKey = foldName(policyName);
  const change = (old: Holder): Holder => {
    const others = old.inlinePolicies.filter((policy) => foldName(policy.policyName) !== nameKey);
    const inlinePolicies = [...others, { policyName, document }].sort(byName);
    const size = inlinePolicies.reduce((sum, policy) => sum + policySize(policy.document), 0);
    const limit = INLINE_POLICY_SIZE[kind.type];
    if (size > limit) {
      const what = `${kind.type} ${kind.nameOf(old)}`;
      throw new ServiceError(IAM_ERRORS.LimitExceeded, `Maximum policy size of ${limit} bytes exceeded for ${what}`);
    }
    return { ...old, inlinePolicies };
  };
  await changeHolder(kind, store, { holder, change });
}

/** @throws {ServiceError} NoSuchEntity. */
export function getInlinePolicy<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  holder: Holder,
  policyName: string,
): InlinePolicy {
  const nameKey = foldName(policyName);
  const policy = holder.inlinePolicies.find((candidate) => foldName(candidate.policyName) === nameKey);
  if (!policy) throw noSuchInlinePolicy(kind, policyName);
  return policy;
}

/** @throws {ServiceError} NoSuchEntity. */
export async function deleteInlinePolicy<Holder extends PolicyHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyName }: { holder: Holder; policyName: string },
): Promise<void> {
  kind.requireModifiable?.(holder);
  const nameKey = foldName(policyName);
  const change = (old: Holder): Holder => {
    const inlinePolicies = old.inlinePolicies.filter((policy) => foldName(policy.policyName) !== nameKey);
    if (inlinePolicies.length === old.inlinePolicies.length) throw noSuchInlinePolicy(kind, policyName);
    return { ...old, inlinePolicies };
  };
  await changeHolder(kind, store, { holder, change });
}

/** The names of an entity's inline policies, sorted regardless of case. */
export function listInlinePolicies(holder: PolicyHolder, request: PageRequest): ListPage<string> {
  const names = holder.inlinePolicies.map((policy) => policy.policyName);
  return pageOf(names, { list: 'inline-policies', positionOf: foldName, request });
}

function byName(a: InlinePolicy, b: InlinePolicy): number {
  return foldName(a.policyName) < foldName(b.policyName) ? -1 : 1;
}

function noSuchInlinePolicy<Holder extends PolicyHolder>(kind: HolderKind<Holder>, policyName: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `The ${kind.type} policy with name ${policyName} cannot be found.`);
}
