import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../../kernel/arn.ts';
import type { Caller, SessionFacts } from './caller.ts';

/** The identity that a temporary credential belongs to: the content of a session token, from which a caller is built. */
export type SessionIdentity = {
  readonly accessKeyId: string;
  readonly accountId: string;
  readonly session: SessionFacts;
} & (
  | { readonly type: 'Account' }
  | { readonly type: 'User'; readonly userName: string; readonly path: string; readonly uniqueId: string }
  | {
      readonly type: 'AssumedRole';
      readonly roleName: string;
      readonly path: string;
      readonly uniqueId: string;
      readonly sessionName: string;
    }
  | {
      readonly type: 'FederatedUser';
      /** The user who requested the session; absent for the root user. */
      readonly user?: SessionUser;
      readonly sessionName: string;
    }
);

/** The user who requested a federated user session. */
export interface SessionUser {
  readonly userName: string;
  readonly path: string;
  readonly uniqueId: string;
}

/** The caller that a temporary credential identifies. */
export function callerOf(identity: SessionIdentity): Caller {
  const { accessKeyId, accountId, session } = identity;
  switch (identity.type) {
    case 'Account':
      return { type: 'Account', accountId, arn: rootArn(accountId), userId: accountId, accessKeyId, session };
    case 'User':
      return {
        type: 'User',
        accountId,
        arn: iamArn(accountId, 'user', identity.path, identity.userName),
        userId: identity.uniqueId,
        uniqueId: identity.uniqueId,
        userName: identity.userName,
        accessKeyId,
        session,
      };
    case 'AssumedRole':
      return {
        type: 'AssumedRole',
        accountId,
        arn: assumedRoleArn(accountId, identity.roleName, identity.sessionName),
        userId: `${identity.uniqueId}:${identity.sessionName}`,
        uniqueId: identity.uniqueId,
        roleName: identity.roleName,
        roleArn: iamArn(accountId, 'role', identity.path, identity.roleName),
        sessionName: identity.sessionName,
        accessKeyId,
        session,
      };
    case 'FederatedUser': {
      const { user, sessionName } = identity;
      return {
        type: 'FederatedUser',
        accountId,
        arn: federatedUserArn(accountId, sessionName),
        userId: `${accountId}:${sessionName}`,
        uniqueId: user?.uniqueId ?? accountId,
        userArn: user === undefined ? rootArn(accountId) : iamArn(accountId, 'user', user.path, user.userName),
        sessionName,
        accessKeyId,
        session,
      };
    }
  }
}
