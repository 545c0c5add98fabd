import { ServiceError } from '../../kernel/service-error.ts';
import { isReservedPrefix } from '../../policy/catalogue/reserved-prefixes.ts';
import { issuerIdIn } from '../outbound/outbound-federation.ts';

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

function reservedHost(name: string): ServiceError {
  return new ServiceError(
    'ValidationError',
    `Invalid Open ID Connect Provider URL: its condition keys would begin with ${name.toLowerCase()}:, as those of a service do. Use an issuer whose host has a domain, or that has a port or a path`,
  );
}

/**
 * Parses an issuer's URL: https, without user, query or fragment (OpenID Connect Core §2, `iss`). Plain http, which AWS refuses, is
 * accepted for the local machine and for the server's own issuers, since no one can intercept those connections. Refused: a host without a
 * domain that is the prefix of a service's condition keys, such as `https://signin`.
 * @throws {ServiceError} ValidationError
 */
export function parseProviderUrl(text: string, ownIssuer: string): ProviderUrl {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const match = /^(https?):\/\/([^/?#@\s]+(?:\/[^?#\s]*)?)$/.exec(text);
  if (!parsed || !match) throw invalidUrl();
  const plainHttp = match[1] === 'http';
  const isOwn = text === ownIssuer || issuerIdIn(ownIssuer.replace(/\/oidc$/, ''), text) !== undefined;
  if (plainHttp && !LOOPBACK_HOSTS.has(parsed.hostname) && !isOwn) throw invalidUrl();
  const [, , url = ''] = match;
  if (isReservedPrefix(url)) throw reservedHost(url);
  return { url, plainHttp };
}
