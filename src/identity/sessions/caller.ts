import type { HolderId } from '../credentials/credential-holder.ts';
import type { LoginStamp } from '../credentials/login-generation.ts';
import type { Tag } from '../documents/entity.ts';

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
  /** For a login at this server: the session ends with it, and so do all sessions created from it. */
  readonly login?: LoginStamp;
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
  | (CallerBase & { readonly type: 'User'; readonly userName: string; readonly uniqueId: string })
  | (CallerBase & {
      readonly type: 'AssumedRole';
      readonly roleName: string;
      /** The role's unique id. */
      readonly uniqueId: string;
      /** Including its path. */
      readonly roleArn: string;
      readonly sessionName: string;
      readonly session: SessionFacts;
    });

/** The holder whose own credentials the caller uses; `undefined` for a role session. */
export function holderOfCaller({ type, accountId, userId: subject }: Caller): HolderId | undefined {
  return type === 'AssumedRole' ? undefined : { accountId, subject };
}
