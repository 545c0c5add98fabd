import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OwnPasswordRule } from '../../oidc/account-page/account-routes.ts';

/**
 * Whether a signed-in user may change their own password on the page. The root user always may. For an IAM user, the rules of the
 * `ChangePassword` operation apply: their policies or the account's password policy.
 */
export function ownPasswordRule(authorizer: Pick<Authorizer, 'decide'>, clock: Clock): OwnPasswordRule {
  return async ({ kind, accountId, arn, password }, { caller, source }) => {
    if (kind === 'root') return true;
    const { decision } = await authorizer.decide(
      { caller, source, now: clock.now() },
      {
        action: 'iam:ChangePassword',
        resource: arn,
        resourceAccountId: accountId,
        grantedByAccount: password?.policy?.allowUsersToChangePassword === true,
      },
    );
    return decision.allowed;
  };
}
