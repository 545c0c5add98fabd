import type { VerifyClientCertificate } from '../federation/client-certificates/client-certificate.ts';
import type { VerifyCustomToken } from '../federation/custom-tokens/custom-token.ts';
import type { VerifyDirectoryPassword } from '../federation/directory-identities/directory-identity.ts';

/** A source of identities for one operation, as the operator has configured it. */
export interface OutsideSource<Verify> {
  /** The source's name in ARNs and condition keys. */
  readonly name: string;
  /** The ARN of the role for calls that name none. */
  readonly defaultRole: string;
  readonly verify: Verify;
}

/** A directory for AssumeRoleWithLDAPIdentity. */
export interface DirectorySource {
  /** The connector's name. */
  readonly connector: string;
  readonly defaultRole: string;
  readonly verify: VerifyDirectoryPassword;
}

/** What MinIO's operations need. Absent parts are not configured. Read for each call, because a reload of the configuration changes it. */
export interface MinioDependencies {
  /** The roles that stand here for the role ARNs of a MinIO server. */
  readonly roleArns: ReadonlyMap<string, string>;
  /** The default role for the tokens of an issuer. */
  readonly roleOfIssuer: ReadonlyMap<string, string>;
  readonly certificate: OutsideSource<VerifyClientCertificate> | undefined;
  readonly customToken: OutsideSource<VerifyCustomToken> | undefined;
  readonly directories: readonly DirectorySource[];
}
