/** The mail server and the credentials for it. */
export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte (RFC 8314). `starttls`: before anything else is said. `none`: only on request. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly password?: string;
}

/** Explains what is wrong with a URL without quoting any of it, as it may contain a password. */
export class SmtpUrlError extends Error {
  override readonly name = 'SmtpUrlError';
}

const FORMS =
  'must be smtps://[user:password@]host[:port] (TLS), smtp://… (STARTTLS, which the server must offer) or smtp+plain://… ' +
  '(no encryption); characters of a password that are not letters or digits must be percent-encoded';
const SCHEMES: Readonly<Record<string, Pick<SmtpTarget, 'port' | 'security'>>> = {
  smtps: { port: 465, security: 'tls' },
  smtp: { port: 587, security: 'starttls' },
  'smtp+plain': { port: 25, security: 'none' },
};
const URL_PARTS =
  /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^:@/?#\s]+):(?<password>[^@/?#\s]+)@)?(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?))(?::(?<port>\d{1,5}))?\/?$/i;

/** @throws {SmtpUrlError} which does not quote the URL. */
export function parseSmtpUrl(url: string): SmtpTarget {
  const parts = URL_PARTS.exec(url)?.groups;
  const scheme = SCHEMES[parts?.['scheme']?.toLowerCase() ?? ''];
  if (parts === undefined || scheme === undefined) throw new SmtpUrlError(FORMS);
  const port = parts['port'] === undefined ? scheme.port : Number(parts['port']);
  if (port < 1 || port > 65_535) throw new SmtpUrlError('must have a port from 1 to 65535');
  const { user, password } = parts;
  if (password !== undefined && scheme.security === 'none')
    throw new SmtpUrlError('must not send a password without encryption: use smtps:// or smtp://');
  return {
    host: parts['v6'] ?? parts['host'] ?? '',
    port,
    security: scheme.security,
    ...(user !== undefined && password !== undefined && { user: decoded(user), password: decoded(password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SmtpUrlError('has a wrong percent-encoding');
  }
}
