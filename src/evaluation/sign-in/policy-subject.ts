import type { Role } from '../../identity/documents/role.ts';
import type { User } from '../../identity/documents/user.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { RequestContext, RequestPrincipal } from '../../policy/request.ts';

/** A user, or a session of a role, as its policies see it. */
export interface PolicySubject {
  readonly accountId: string;
  /** Of the user or role. */
  readonly arn: string;
  readonly principal: RequestPrincipal;
  readonly context: RequestContext;
}

export function userSubject(user: User): PolicySubject {
  const { accountId, userId, userName, tags } = user;
  const arn = arnOf(userKind, user);
  return {
    accountId,
    arn,
    principal: { type: 'User', arn, accountId, uniqueId: userId },
    context: contextOf(tags, [
      ['aws:username', userName],
      ['aws:userid', userId],
      ['aws:principalaccount', accountId],
      ['aws:principalarn', arn],
      ['aws:principaltype', 'User'],
    ]),
  };
}

export function roleSubject(role: Role): PolicySubject {
  const { accountId, roleId, roleName, tags } = role;
  const arn = arnOf(roleKind, role);
  const session = `arn:aws:sts::${accountId}:assumed-role/${roleName}/session`;
  return {
    accountId,
    arn,
    principal: { type: 'AssumedRole', arn: session, accountId, uniqueId: roleId, roleArn: arn },
    context: contextOf(tags, [
      ['aws:userid', `${roleId}:session`],
      ['aws:principalaccount', accountId],
      ['aws:principalarn', arn],
      ['aws:principaltype', 'AssumedRole'],
    ]),
  };
}

/** A session after the strongest sign-in: what `Deny` statements keep away without one is within reach. */
function contextOf(tags: User['tags'], own: readonly (readonly [string, string])[]): RequestContext {
  return new Map([
    ...own,
    ['aws:multifactorauthpresent', 'true'],
    ['aws:multifactorauthage', '0'],
    ['aws:securetransport', 'true'],
    ['signin:strength', 'phishing-resistant'],
    ['signin:acr', 'phrh'],
    ['signin:age', '0'],
    ...tags.map(({ key, value }) => [`aws:principaltag/${key.toLowerCase()}`, value] as const),
  ]);
}
