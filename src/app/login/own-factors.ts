import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OwnFactorsRule } from '../../oidc/factors-page/own-factors-rule.ts';

/**
 * Whether a signed-in person may add or remove a second factor of their own on the page: unless a policy, the permissions boundary or an SCP
 * denies IAM's operation of that name on the person. Policies may depend on whether the person signed in with a factor.
 */
export function ownFactorsRule(authorizer: Pick<Authorizer, 'decide'>, clock: Clock): OwnFactorsRule {
  return async ({ accountId, arn }, { caller, source }, action) => {
    const { decision } = await authorizer.decide(
      { caller, source, now: clock.now() },
      { action, resource: arn, resourceAccountId: accountId, grantedByAccount: true },
    );
    return decision.allowed;
  };
}
