import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OwnLinksRule } from '../../oidc/account-page/account-routes.ts';
import { rolecallArn } from '../../rolecall/rolecall-service.ts';

/**
 * Whether a signed-in user may link or unlink an outside login of their own on the page: unless a policy, the permissions boundary or an
 * SCP denies `rolecall:CreateLink` or `rolecall:DeleteLink` on the user or the connector.
 */
export function ownLinksRule(authorizer: Pick<Authorizer, 'decide'>, clock: Clock): OwnLinksRule {
  return async ({ accountId, arn }, { caller, source }, { action, connector }) => {
    const resources = [arn, rolecallArn(accountId, `connector/${connector}`)];
    const decided = await Promise.all(
      resources.map((resource) =>
        authorizer.decide(
          { caller, source, now: clock.now() },
          { action, resource, resourceAccountId: accountId, grantedByAccount: true },
        ),
      ),
    );
    return decided.every(({ decision }) => decision.allowed);
  };
}
