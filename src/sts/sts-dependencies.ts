import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import type { SamlLogins } from '../federation/saml/saml-identity.ts';
import type { VerifyWebIdentity } from '../federation/web-identity/web-identity.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { OutboundKeys } from '../identity/outbound/outbound-keys.ts';
import type { RoleDirectory } from '../identity/roles/role-directory.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { MintSession, SessionRequest } from '../identity/sessions/mint.ts';
import type { IdentityDependencies } from '../identity/store/identity-dependencies.ts';
import type { Random } from '../kernel/random.ts';
import type { MinioDependencies } from './minio-dependencies.ts';

/** An MFA code that a caller presents. */
export interface SubmittedMfaCode {
  readonly serialNumber: string;
  readonly code: string;
  /** The client's address. */
  readonly ip: string;
  readonly now: number;
}

/** Checks a caller's MFA code; each code works once. @throws {ServiceError} AccessDenied if it is invalid. */
export type VerifyCallerMfa = (caller: Caller, submitted: SubmittedMfaCode) => Promise<void>;

/** The dependencies of the STS operations, assembled once by `app`. */
export interface StsDependencies extends Pick<IdentityDependencies, 'store' | 'sealer'> {
  readonly roles: RoleDirectory;
  readonly mint: MintSession;
  /** Whether the approver of a delegation still stands as at the approval. */
  readonly delegatedSessionHolds: (session: SessionRequest, now: number) => Promise<boolean>;
  readonly verifyMfa: VerifyCallerMfa;
  readonly verifyWebIdentity: VerifyWebIdentity;
  /** The same for access tokens that are JWTs. */
  readonly verifyAccessToken: VerifyWebIdentity;
  /** For MinIO's operations. Absent: none is configured. */
  readonly minio?: MinioDependencies;
  /** What the tokens of GetWebIdentityToken are made with. */
  readonly outbound: {
    readonly keys: Pick<OutboundKeys, 'signer'>;
    readonly random: Random;
    readonly publicUrl: string;
  };
  readonly samlLogins: SamlLogins;
  readonly lastUsed: LastUsed;
  readonly authorizationMessages: AuthorizationMessages;
}
