import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OidcDependencies } from '../../oidc/oidc-dependencies.ts';

/**
 * Whether an IAM principal may get an access token: its policies must allow `rolecall:GetAccessToken` on the application or service, with
 * the client and the scopes as condition keys, besides those of every call.
 */
export function accessTokenRule(
  authorizer: Pick<Authorizer, 'decide'>,
  clock: Clock,
): OidcDependencies['mayGetAccessToken'] {
  return async ({ caller, request: { resource, accountId, clientId, scopes } }, source) => {
    const conditions = new Map<string, string | readonly string[]>([['rolecall:clientid', clientId]]);
    if (scopes.length > 0) conditions.set('rolecall:scope', scopes);
    const { decision } = await authorizer.decide(
      { caller, source, now: clock.now() },
      { action: 'rolecall:GetAccessToken', resource, resourceAccountId: accountId, conditions },
    );
    return decision.allowed;
  };
}
