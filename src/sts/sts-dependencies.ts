import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import type { VerifyWebIdentity } from '../federation/web-identity.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { RoleDirectory } from '../identity/roles/role-directory.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { MintSession } from '../identity/sessions/mint.ts';
import type { IdentityDependencies } from '../identity/store/identity-dependencies.ts';

/** An MFA code that a caller shows. */
export interface ShownMfaCode {
  readonly serialNumber: string;
  readonly code: string;
  /** Where the request came from. */
  readonly ip: string;
  readonly now: number;
}

/** Checks an MFA code of the caller; a code works once. @throws {ServiceError} AccessDenied if it does not hold. */
export type VerifyCallerMfa = (caller: Caller, shown: ShownMfaCode) => Promise<void>;

/** What the STS operations need; `app` puts it together once. */
export interface StsDependencies extends Pick<IdentityDependencies, 'store'> {
  readonly roles: RoleDirectory;
  readonly mint: MintSession;
  readonly verifyMfa: VerifyCallerMfa;
  readonly verifyWebIdentity: VerifyWebIdentity;
  readonly lastUsed: LastUsed;
  readonly authorizationMessages: AuthorizationMessages;
}
