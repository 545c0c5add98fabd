import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OwnAddressRule } from '../../oidc/account-page/account-routes.ts';

/**
 * Whether a signed-in user may confirm or change the own e-mail address on the page: unless a policy, the permissions boundary or an SCP
 * denies `rolecall:ChangeEmailAddress` on the user.
 */
export function ownAddressRule(authorizer: Pick<Authorizer, 'decide'>, clock: Clock): OwnAddressRule {
  return async ({ accountId, arn }, { caller, source }) => {
    const { decision } = await authorizer.decide(
      { caller, source, now: clock.now() },
      { action: 'rolecall:ChangeEmailAddress', resource: arn, resourceAccountId: accountId, grantedByAccount: true },
    );
    return decision.allowed;
  };
}
