import type { AnyOperation } from '../operations/operation.ts';
import { assumeRoleOperation } from './assume-role.ts';
import { assumeRoleWithSAMLOperation } from './assume-role-with-saml.ts';
import { assumeRoleWithWebIdentityOperation } from './assume-role-with-web-identity.ts';
import { assumeRootOperation } from './assume-root.ts';
import { decodeAuthorizationMessageOperation } from './decode-authorization-message.ts';
import { getAccessKeyInfoOperation } from './get-access-key-info.ts';
import { getCallerIdentityOperation } from './get-caller-identity.ts';
import { getDelegatedAccessTokenOperation } from './get-delegated-access-token.ts';
import { getFederationTokenOperation } from './get-federation-token.ts';
import { getSessionTokenOperation } from './get-session-token.ts';
import { getWebIdentityTokenOperation } from './get-web-identity-token.ts';
import { assumeRoleWithCertificateOperation } from './minio/assume-role-with-certificate.ts';
import { assumeRoleWithClientGrantsOperation } from './minio/assume-role-with-client-grants.ts';
import { assumeRoleWithCustomTokenOperation } from './minio/assume-role-with-custom-token.ts';
import { assumeRoleWithLDAPIdentityOperation } from './minio/assume-role-with-ldap-identity.ts';
import type { StsDependencies } from './sts-dependencies.ts';

/** Every STS operation (version 2011-06-15) of this server. */
export function stsOperations(deps: StsDependencies): readonly AnyOperation[] {
  return [
    assumeRoleOperation(deps),
    assumeRoleWithWebIdentityOperation(deps),
    assumeRoleWithSAMLOperation(deps),
    assumeRoleWithClientGrantsOperation(deps),
    assumeRoleWithCertificateOperation(deps),
    assumeRoleWithCustomTokenOperation(deps),
    assumeRoleWithLDAPIdentityOperation(deps),
    assumeRootOperation(deps),
    getSessionTokenOperation(deps),
    getFederationTokenOperation(deps),
    getCallerIdentityOperation(),
    getAccessKeyInfoOperation(deps),
    decodeAuthorizationMessageOperation(deps),
    getWebIdentityTokenOperation(deps),
    getDelegatedAccessTokenOperation(deps),
  ];
}
