import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';

/**
 * Whether a signed-in user may change their own password on the page. The root user always may. For an IAM user, the rules of the
 * `ChangePassword` operation apply: their policies or the account's password policy.
 */
export function ownPasswordRule(
  authorizer: Pick<Authorizer, 'decide'>,
  { clock, secure }: { readonly clock: Clock; readonly secure: boolean },
): (person: Person, source: RequestFacts, shown: { readonly mfa: boolean }) => Promise<boolean> {
  return async ({ kind, accountId, arn, subject, name, createdAt, password }, { ip, userAgent }, { mfa }) => {
    if (kind === 'root') return true;
    const now = clock.now();
    const session = {
      issuedAt: createdAt,
      expiresAt: now + 1000,
      ...(mfa && { mfaAuthenticatedAt: now }),
      tags: [],
      transitiveTagKeys: [],
      sessionPolicies: [],
      sessionPolicyArns: [],
    };
    const caller = {
      type: 'User',
      accountId,
      arn,
      userId: subject,
      uniqueId: subject,
      userName: name,
      accessKeyId: '',
    } as const;
    const { decision } = await authorizer.decide(
      {
        // Without a session, policies that require a second factor do not see one.
        caller: { ...caller, ...(mfa && { session }) },
        source: { ip, userAgent, referer: undefined, secure, region: undefined },
        now,
      },
      {
        action: 'iam:ChangePassword',
        resource: arn,
        resourceAccountId: accountId,
        grantedByAccount: password.policy?.allowUsersToChangePassword === true,
      },
    );
    return decision.allowed;
  };
}
