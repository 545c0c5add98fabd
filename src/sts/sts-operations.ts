import type { AnyOperation } from '../operations/operation.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import { decodeAuthorizationMessage } from './decode-authorization-message.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';
import type { StsDependencies } from './sts-dependencies.ts';

/** Every operation of STS (version 2011-06-15) that this server knows. */
export function stsOperations(deps: StsDependencies): readonly AnyOperation[] {
  return [
    assumeRole(deps),
    assumeRoleWithWebIdentity(deps),
    getSessionToken(deps),
    getCallerIdentity(),
    getAccessKeyInfo(deps),
    decodeAuthorizationMessage(deps),
  ];
}
