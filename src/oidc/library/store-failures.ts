import { StoreUnavailableError } from '../../ports/collections.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

const FULL = 'The store of the server is full: try again once its operator has freed space.';
export const UNREACHABLE = 'The server cannot reach its store: try again shortly.';
export const UNAVAILABLE_STATUS = 503;

/**
 * Turns failures of the stores into errors that oidc-provider understands: `temporarily_unavailable` with 503, or a redirect to the app
 * (RFC 6749 §4.1.2.1), rather than `server_error`.
 */
export function withUnavailableErrors<Args extends unknown[], Result>(
  library: OidcProviderLibrary,
  ask: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const rethrow = (error: unknown): never => {
    if (!(error instanceof StoreUnavailableError)) throw error;
    const unavailable = new library.errors.TemporarilyUnavailable(error.reason === 'full' ? FULL : UNREACHABLE);
    throw Object.assign(unavailable, { status: UNAVAILABLE_STATUS, statusCode: UNAVAILABLE_STATUS, cause: error });
  };
  return (...args) => ask(...args).catch(rethrow);
}
