import type { errors } from 'oidc-provider';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';

/** Makes the errors of exchanges. Texts are for the app's developer, in the characters of RFC 6749 §5.2, without anything that was sent. */
export interface Refusals {
  /** The request, the subject token or the actor token is invalid, or unacceptable by policy (RFC 8693 §2.2.2). */
  request(description: string): errors.OIDCProviderError;
  /** No token can be issued for this service or client (RFC 8693 §2.2.2). */
  target(description: string): errors.OIDCProviderError;
  /** RFC 6749 §5.2. */
  scope(description: string, scope: string): errors.OIDCProviderError;
  client(description: string): errors.OIDCProviderError;
  unavailable(description: string): errors.OIDCProviderError;
}

const UNAVAILABLE = 503;

export function refusals({ errors }: OidcProviderLibrary): Refusals {
  return {
    request: (description) => new errors.InvalidRequest(description),
    target: (description) => new errors.InvalidTarget(description),
    scope: (description, scope) => new errors.InvalidScope(description, scope),
    client: (description) => new errors.UnauthorizedClient(description),
    unavailable: (description) =>
      Object.assign(new errors.TemporarilyUnavailable(description), { status: UNAVAILABLE, statusCode: UNAVAILABLE }),
  };
}
