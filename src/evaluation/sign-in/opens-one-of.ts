import type { Role } from '../../identity/documents/role.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { bindTrust } from '../../identity/roles/bind-trust.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { makePause } from '../../kernel/pause.ts';
import { decide } from '../../policy/combine/decide.ts';
import type { ResourcePolicies } from '../../policy/combine/policy-layers.ts';
import { compilePolicySet } from '../../policy/compile/policy-set.ts';
import { type PolicyTexts, unconditionalLayers } from './may-change-identities.ts';
import type { PolicySubject } from './policy-subject.ts';
import { unconditional } from './unconditional.ts';

/** A role, and whom it trusts. */
export interface TrustedBy {
  readonly arn: string;
  readonly trust: ResourcePolicies;
}

/** The roles of an account that are accepted. */
export async function rolesThat(
  store: IdentityStore,
  accountId: string,
  accepts: (role: Role) => boolean | Promise<boolean>,
): Promise<readonly TrustedBy[]> {
  const pause = makePause();
  const accepted: TrustedBy[] = [];
  for (const role of await readWholeIndex(store.roles, 'byName', [accountId])) {
    await pause();
    if (!(await accepts(role))) continue;
    const { trustPolicy, trustedIds } = await bindTrust(store, role);
    const policies = compilePolicySet([unconditional(trustPolicy, 'trust')]);
    const trust = { kind: 'trust', policies, ...(trustedIds !== undefined && { trustedIds }) } as const;
    accepted.push({ arn: arnOf(roleKind, role), trust });
  }
  return accepted;
}

/**
 * Whether a user may assume one of these roles of its account, by the engine. Conditions of `Allow` statements, in its policies and in trust
 * policies, count as met.
 */
export function opensOneOf(
  roles: readonly TrustedBy[],
  { accountId, principal, context }: PolicySubject,
  texts: PolicyTexts,
): boolean {
  const layers = roles.length === 0 ? undefined : unconditionalLayers(texts);
  if (layers === undefined) return false;
  return roles.some(({ arn: resource, trust }) => {
    const request = { principal, action: 'sts:AssumeRole', resource, resourceAccountId: accountId, context };
    return decide(request, { ...layers, resource: trust }).allowed;
  });
}
