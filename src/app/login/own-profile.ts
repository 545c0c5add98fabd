import type { Authorizer } from '../../authorize/authorizer.ts';
import type { ProfileAttribute } from '../../identity/documents/users/profile.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OwnProfile } from '../../oidc/account-page/own-profile.ts';

/**
 * What signed-in users may change in their profile on the page: these attributes, unless a policy, the permissions boundary or an SCP denies
 * `rolecall:PutUserProfile` on the user.
 */
export function ownProfileRule(
  authorizer: Pick<Authorizer, 'decide'>,
  clock: Clock,
  attributes: readonly ProfileAttribute[],
): OwnProfile {
  return {
    attributes: new Set(attributes),
    async mayChange({ accountId, arn }, { caller, source }) {
      const { decision } = await authorizer.decide(
        { caller, source, now: clock.now() },
        { action: 'rolecall:PutUserProfile', resource: arn, resourceAccountId: accountId, grantedByAccount: true },
      );
      return decision.allowed;
    },
  };
}
