import type { LoginStamp } from '../../identity/credentials/login-generation.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { Claims } from '../provisioning/read-claim.ts';

/** A name and a password for a directory. */
export interface PresentedPassword {
  /** The name of an enabled connector that takes passwords. */
  readonly connectorName: string;
  readonly name: string;
  readonly password: string;
  /** The client's address. */
  readonly ip: string;
  readonly now: number;
}

/** A person whose password a directory has accepted. */
export interface DirectoryIdentity {
  readonly connector: Connector;
  readonly subject: string;
  readonly claims: Claims;
  /** What the rules of the connector make of the person's name. Two people may have the same. */
  readonly userName: string;
  /** For a person who is a user here: the login that the session ends with. */
  readonly login: LoginStamp | undefined;
}

/** Verifies a password at a directory, under the limits of sign-in. @throws {IdentityFault} */
export type VerifyDirectoryPassword = (presented: PresentedPassword) => Promise<DirectoryIdentity>;
