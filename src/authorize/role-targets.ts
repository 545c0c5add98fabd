import type { Role } from '../identity/documents/role.ts';
import type { Target, TrustPolicy } from './target.ts';

/** The trust policy used for a missing role, so that the refusal reads the same as for a role that trusts nobody. */
const NOBODY = '{"Version":"2012-10-17","Statement":[]}';

/** A role to be assumed, by its ARN; `undefined` if there is none. */
export interface AskedRole {
  readonly arn: string;
  readonly accountId: string;
  readonly role: Pick<Role, 'roleId' | 'trustPolicy' | 'trustedIds' | 'tags' | 'isPrivileged'> | undefined;
}

/** The trust policy that applies to a role. A missing role has one that allows nothing. */
export function trustPolicyOf({ arn, role }: AskedRole): TrustPolicy {
  if (role === undefined) return { roleArn: arn, document: NOBODY, trustedIds: undefined };
  return { roleArn: arn, document: role.trustPolicy, trustedIds: role.trustedIds };
}

/** One target on the role for each action that assuming it requires. */
export function roleTargets(
  named: AskedRole,
  actions: readonly string[],
  facts: Pick<Target, 'requestTags' | 'conditions' | 'principal' | 'signIn' | 'person'>,
): Target[] {
  const trustPolicy = trustPolicyOf(named);
  const resourceTags = named.role?.tags ?? [];
  // Assigned one by one: this runs for every AssumeRole, and spreading would cost more than deciding.
  return actions.map((action, index) => {
    const target: { -readonly [Member in keyof Target]: Target[Member] } = {
      action,
      resource: named.arn,
      resourceAccountId: named.accountId,
      resourceTags,
      trustPolicy,
    };
    if (facts.requestTags !== undefined) target.requestTags = facts.requestTags;
    if (facts.conditions !== undefined) target.conditions = facts.conditions;
    if (facts.principal !== undefined) target.principal = facts.principal;
    if (facts.signIn !== undefined) target.signIn = facts.signIn;
    if (facts.person !== undefined) target.person = facts.person;
    if (index === 0 && named.role !== undefined) target.opensRoleId = named.role.roleId;
    if (named.role?.isPrivileged === true) {
      target.isPrivileged = true;
      target.isResourcePrivileged = true;
    }
    return target;
  });
}
