import type { Client } from 'oidc-provider';
import { isOfDocument } from '../../library/requests/document-clients.ts';
import { registrationOf } from '../../registration/registration-settings.ts';
import { CLAIMS } from '../claims.ts';

/** The member of the `claims` parameter for one place (OpenID Connect Core 1.0 §5.5). */
interface RequestedClaims {
  readonly userinfo?: object | undefined;
  readonly id_token?: object | undefined;
}

/**
 * The parameter asks for single claims, whatever the scope is. A client that nobody checked cannot ask for those of scopes that it may not
 * request.
 * @returns the first such claim; `undefined` if there is none. Unknown claims are ignored.
 */
export function deniedClaim(client: Client | undefined, { userinfo, id_token }: RequestedClaims): string | undefined {
  if (client === undefined || (registrationOf(client) === undefined && !isOfDocument(client))) return undefined;
  const scopes = new Set(String(client.scope ?? '').split(' '));
  const denied = new Set<string>(
    Object.entries(CLAIMS).flatMap(([scope, claims]) => (scope === 'openid' || scopes.has(scope) ? [] : claims)),
  );
  return Object.keys({ ...userinfo, ...id_token }).find((claim) => denied.has(claim));
}
