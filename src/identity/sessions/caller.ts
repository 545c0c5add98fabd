import { ServiceError } from '../../kernel/service-error.ts';
import type { HolderId } from '../credentials/credential-holder.ts';
import type { LoginStamp } from '../credentials/login-generation.ts';
import type { SignInFacts } from '../credentials/sign-in-facts.ts';
import type { Tag } from '../documents/entity.ts';

/**
 * The IAM user whose access key a session comes from. The session ends when the user is disabled or deleted, and so do all sessions created
 * from it. The count has grown if the user was disabled since, so that enabling the user revives no session.
 */
export interface UserStamp {
  /** The user's unique id. */
  readonly subject: string;
  readonly timesDisabled: number;
}

/** Who opened a session of a member account's root user (`AssumeRoot`). The session ends when that is no longer possible. */
export interface AssumedRoot {
  readonly organizationId: string;
  /** The management account, or a delegated administrator of IAM. */
  readonly administratorId: string;
}

/**
 * The delegation request that a session comes from. Such a session has what its approver has and the request grants, as long as the request
 * holds; so have the role sessions opened with it.
 */
export interface DelegationStamp {
  readonly requestId: string;
  /** The account that asked, and that uses the session. */
  readonly requestorAccountId: string;
  /** When it was approved, in ms since the epoch. */
  readonly acceptedAt: number;
}

/** How a session was created, as far as later requests need to know. Times are milliseconds since the epoch. */
export interface SessionFacts {
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When a second factor was used, if one was (`aws:MultiFactorAuthPresent`, `…Age`). */
  readonly mfaAuthenticatedAt?: number;
  readonly sourceIdentity?: string;
  /** Session tags. `transitiveTagKeys` has the keys of those that role chaining passes on. */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  /** Session policies: the texts of inline ones, and the ARNs of managed ones. */
  readonly sessionPolicies: readonly string[];
  readonly sessionPolicyArns: readonly string[];
  /** The unique ids of the managed policies, in the same order; absent in sessions of earlier versions. */
  readonly sessionPolicyIds?: readonly string[];
  /** For a federated login: the provider (`aws:FederatedProvider`) and the claims that policies can refer to. */
  readonly federatedProvider?: string;
  readonly federatedClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** For a role session: whether temporary credentials opened it (role chaining). Absent in those of earlier versions. */
  readonly isChained?: boolean;
  /**
   * For a role session: the other accounts whose sessions (role chaining) or tokens (`GetWebIdentityToken`) it was opened with. It ends when
   * one of them is closed.
   */
  readonly through?: readonly string[];
  /** For a login at this server: the session ends with it, and so do all sessions created from it. */
  readonly login?: LoginStamp;
  /** How strong that login was, and when. Absent for other sessions, and in those of earlier versions. */
  readonly signIn?: SignInFacts;
  /** For a session that comes from a user's access key. Absent in those of earlier versions. */
  readonly user?: UserStamp;
  /** For a session of `AssumeRoot`, which its session policies limit to one task. */
  readonly assumedRoot?: AssumedRoot;
  /** For a session of `GetDelegatedAccessToken`, and those opened with it. */
  readonly delegation?: DelegationStamp;
}

interface CallerBase {
  readonly accountId: string;
  readonly arn: string;
  /** `aws:userid`: `AIDA…`, `AROA…:session`, `<account>:name`, the account id of a root user. */
  readonly userId: string;
  readonly accessKeyId: string;
  /** Absent for long-term access keys. */
  readonly session?: SessionFacts;
}

/** A caller that has been authenticated. */
export type Caller =
  | (CallerBase & { readonly type: 'Account' })
  | (CallerBase & {
      readonly type: 'User';
      readonly userName: string;
      readonly uniqueId: string;
      /** How many times the user was disabled. Only known for long-term access keys. */
      readonly timesDisabled?: number;
    })
  | (CallerBase & {
      readonly type: 'AssumedRole';
      readonly roleName: string;
      /** The role's unique id. */
      readonly uniqueId: string;
      /** Including its path. */
      readonly roleArn: string;
      readonly sessionName: string;
      readonly session: SessionFacts;
    })
  | (CallerBase & {
      /** A session of `GetFederationToken`. */
      readonly type: 'FederatedUser';
      /** The unique id of the user who requested the session; the account id if that was the root user. */
      readonly uniqueId: string;
      /** The ARN of that user. */
      readonly userArn: string;
      readonly sessionName: string;
      readonly session: SessionFacts;
    });

/** The stamp for a session that the caller creates; `undefined` if it comes from a login, or from outside. */
export function userStampOf(caller: Caller): UserStamp | undefined {
  const { session } = caller;
  if (session?.login !== undefined) return undefined;
  if (session?.user !== undefined) return session.user;
  // A session of an earlier version counts as created before the user was disabled for the first time.
  return caller.type === 'User' ? { subject: caller.uniqueId, timesDisabled: caller.timesDisabled ?? 0 } : undefined;
}

/** Each is checked on every call of a session, and stands in its token. */
const MOST_THROUGH = 16;

/**
 * The accounts in {@link SessionFacts.through} of a session in `accountId` that the caller creates; `undefined` if there is none.
 * @throws {ServiceError} AccessDenied if there are too many.
 */
export function accountsThrough({ accountId: own, session }: Caller, accountId: string): readonly string[] | undefined {
  // A user's own key needs no mark: the session has the user's stamp.
  if (session === undefined || (own === accountId && session.through === undefined)) return undefined;
  const others = new Set([...(session.through ?? []), own]);
  others.delete(accountId);
  if (others.size > MOST_THROUGH) {
    throw new ServiceError(
      'AccessDenied',
      `A session can be opened through ${MOST_THROUGH} other accounts at most. Use a session that came through fewer.`,
    );
  }
  return others.size === 0 ? undefined : [...others];
}

/** The unique id of the user, or the account id of the root user, who is behind the caller; `undefined` for logins at other providers. */
export function personBehind(caller: Caller): string | undefined {
  const { session } = caller;
  return holderOfCaller(caller)?.subject ?? session?.login?.subject ?? session?.user?.subject;
}

/** The holder whose own credentials the caller uses; `undefined` for a session of a role or a federated user, and for one of `AssumeRoot`. */
export function holderOfCaller({ type, accountId, userId: subject, session }: Caller): HolderId | undefined {
  if (session?.assumedRoot !== undefined) return undefined;
  return type === 'Account' || type === 'User' ? { accountId, subject } : undefined;
}
