import type { AssumedRoleUser, Credentials } from '@aws-sdk/client-sts';
import type { Role } from '../identity/documents/role.ts';
import type { TemporaryCredentials } from '../identity/sessions/mint.ts';
import { assumedRoleArn } from '../kernel/arn.ts';

/** Temporary credentials in the shape of the wire API. */
export function credentialsAnswer(credentials: TemporaryCredentials): Credentials {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiration,
  };
}

/** The output common to all operations that open a role session. */
export function assumedRoleAnswer(
  role: Role,
  sessionName: string,
  credentials: TemporaryCredentials,
): { Credentials: Credentials; AssumedRoleUser: AssumedRoleUser } {
  return {
    Credentials: credentialsAnswer(credentials),
    AssumedRoleUser: {
      AssumedRoleId: `${role.roleId}:${sessionName}`,
      Arn: assumedRoleArn(role.accountId, role.roleName, sessionName),
    },
  };
}
