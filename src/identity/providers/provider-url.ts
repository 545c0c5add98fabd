import { ServiceError } from '../../kernel/service-error.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An issuer as stored in a provider. */
export interface ProviderUrl {
  /** The URL without its scheme, as AWS shows it and as condition keys begin with it (`accounts.example.com/oidc:aud`). */
  readonly url: string;
  readonly plainHttp: boolean;
}

function invalidUrl(): ServiceError {
  return new ServiceError('ValidationError', 'Invalid Open ID Connect Provider URL');
}

/**
 * Parses an issuer's URL: https, without user, query or fragment (OpenID Connect Core §2, `iss`). Plain http, which AWS refuses, is
 * accepted for the local machine and for the server's own issuer, since no one can intercept those connections.
 * @throws {ServiceError} ValidationError
 */
export function parseProviderUrl(text: string, ownIssuer: string): ProviderUrl {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const match = /^(https?):\/\/([^/?#@\s]+(?:\/[^?#\s]*)?)$/.exec(text);
  if (!parsed || !match) throw invalidUrl();
  const plainHttp = match[1] === 'http';
  if (plainHttp && !LOOPBACK_HOSTS.has(parsed.hostname) && text !== ownIssuer) throw invalidUrl();
  return { url: match[2] ?? '', plainHttp };
}
