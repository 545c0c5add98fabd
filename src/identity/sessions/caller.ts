import type { HolderId } from '../credentials/credential-holder.ts';
import type { LoginStamp } from '../credentials/login-generation.ts';
import type { Tag } from '../documents/entity.ts';

/** How a session came about, as far as its bearer may still be asked about it. Times are milliseconds since the epoch. */
export interface SessionFacts {
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When a second factor was shown, if one was (`aws:MultiFactorAuthPresent`, `…Age`). */
  readonly mfaAuthenticatedAt?: number;
  readonly sourceIdentity?: string;
  /** Session tags; the keys of those that are passed on in role chaining stand in `transitiveTagKeys`. */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  /** Session policies: the texts of inline ones, and the ARNs of managed ones. */
  readonly sessionPolicies: readonly string[];
  readonly sessionPolicyArns: readonly string[];
  /** The unique ids of the managed ones, in the same order; sessions of former versions have none. */
  readonly sessionPolicyIds?: readonly string[];
  /** For a login from outside: the provider (`aws:FederatedProvider`) and the claims that policies may ask for. */
  readonly federatedProvider?: string;
  readonly federatedClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** For a login at this server: the session ends with it, and so do those that are opened from it. */
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
      /** With its path. */
      readonly roleArn: string;
      readonly sessionName: string;
      readonly session: SessionFacts;
    });

/** The holder whose own credentials the caller has; `undefined` for a session of a role. */
export function holderOfCaller({ type, accountId, userId: subject }: Caller): HolderId | undefined {
  return type === 'AssumedRole' ? undefined : { accountId, subject };
}
