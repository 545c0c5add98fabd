import type { Credentials } from '../../identity/access-keys/credentials.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SessionAuthenticationDependencies } from '../../operations/authentication/session.ts';
import type { FederatedLogin } from './sign-in-tokens.ts';

export interface CurrentPrincipalDependencies {
  readonly credentials: Pick<Credentials, 'find'>;
  readonly currentCaller: SessionAuthenticationDependencies['currentCaller'];
}

/**
 * The principal of a login as it is now, with a session that ends with the login. `undefined` if the role, the user or the role session is
 * gone or revoked. Asked with every request, so whatever ends the role session ends the console session at once.
 */
export async function currentPrincipal(
  { credentials, currentCaller }: CurrentPrincipalDependencies,
  { accessKeyId, sessionToken, expiresAt }: FederatedLogin,
): Promise<Caller | undefined> {
  try {
    const { caller } = await credentials.find(accessKeyId, sessionToken);
    const { session } = caller;
    return session && (await currentCaller({ ...caller, session: { ...session, expiresAt } } as Caller));
  } catch (error) {
    if (error instanceof ServiceError && error.fault === 'Sender') return undefined;
    throw error;
  }
}
