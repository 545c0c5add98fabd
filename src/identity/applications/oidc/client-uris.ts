import * as z from 'zod';

/**
 * Schemes that never belong to an app alone: the browser or the system executes or shows content of the URL itself, reads local files, wraps
 * another address, or asks whichever app wants it.
 */
const NEVER = new Set(
  [
    ...['javascript', 'data', 'vbscript', 'file', 'blob', 'filesystem', 'jar', 'resource', 'view-source', 'feed'],
    ...['about', 'chrome', 'chrome-extension', 'chrome-untrusted', 'devtools', 'edge', 'brave', 'opera', 'vivaldi'],
    ...['moz-extension', 'safari-extension', 'safari-web-extension', 'ms-browser-extension', 'microsoft-edge'],
    ...['intent', 'android-app', 'content', 'x-callback-url', 'ms-settings', 'search-ms', 'ms-msdt', 'shell', 'res'],
    ...['ws', 'wss', 'ftp', 'ftps', 'sftp', 'ssh', 'telnet', 'gopher', 'ldap', 'ldaps', 'smb', 'nfs', 'news', 'nntp'],
    ...['mailto', 'tel', 'sms', 'sip', 'sips', 'xmpp', 'irc', 'magnet', 'urn', 'mhtml', 'cid', 'mid', 'wyciwyg'],
    ...['googlechrome', 'googlechromes', 'firefox', 'opera-http', 'opera-https', 'x-web-search', 'itms-services'],
  ].map((scheme) => `${scheme}:`),
);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export type ApplicationType = 'web' | 'native';

/**
 * The type of a client that names none. An app that keeps no secret and whose addresses are all on the person's own machine can only be a
 * native one (RFC 8252 §7): then the port of a loopback address is free (§7.3).
 */
export function applicationTypeOf(client: {
  readonly application_type?: unknown;
  readonly token_endpoint_auth_method?: unknown;
  readonly redirect_uris?: unknown;
}): ApplicationType {
  const { application_type: type, token_endpoint_auth_method: method, redirect_uris: uris } = client;
  if (type === 'web' || type === 'native') return type;
  const isNative = method === 'none' && Array.isArray(uris) && uris.length > 0 && uris.every(isOnOwnMachine);
  return isNative ? 'native' : 'web';
}

function isOnOwnMachine(uri: unknown): boolean {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  if (url === null || NEVER.has(url.protocol)) return false;
  return url.protocol === 'http:' ? LOOPBACK.has(url.hostname) : url.protocol !== 'https:';
}

/**
 * Whether the host of a URL is a name or an address and nothing else. The URL Standard also allows `;`, `,` and quotes in hosts, which would
 * end a source of a content security policy and begin another directive.
 */
export function hasPlainHost(uri: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(URL.parse(uri)?.hostname ?? '');
}

/** Returns what is wrong with a URI that browsers are redirected to, and how to correct it; `undefined` if it is valid. */
export function returnUriProblem(uri: string, type: ApplicationType): string | undefined {
  if (uri.includes('*')) return 'must be a whole address: wildcards are not supported, so list each address';
  if (!URL.canParse(uri) || /\s/.test(uri))
    return 'must be an absolute address, such as https://app.example.com/callback';
  if (uri.includes('#')) return 'must not have a fragment (#…)';
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return 'must not hold a user name or a password';
  if (NEVER.has(protocol)) return `must not use the scheme ${protocol}`;
  if (type === 'web') {
    return /^https?:$/.test(protocol)
      ? undefined
      : 'must begin with https:// or http://; an app on the person’s machine with a scheme of its own needs application_type native';
  }
  if (protocol === 'http:' && !LOOPBACK.has(hostname)) {
    return 'must be a loopback address (http://127.0.0.1/…) if it is http, because application_type is native';
  }
  if (protocol === 'https:' && LOOPBACK.has(hostname)) {
    return 'must be http:// for a loopback address, since application_type is native';
  }
  return undefined;
}

/**
 * Why an app that nobody checked cannot have an address with its own scheme; `undefined` if it can, or if the scheme is none of its own. RFC 8252
 * §7.1 and §8.4: such schemes are domain names in reverse order, so that two apps do not take the same one by accident, and so that one that is
 * taken on purpose can be seen to be another's.
 * @param known schemes without a dot that are accepted nevertheless.
 */
export function privateSchemeProblem(uri: string, known: readonly string[]): string | undefined {
  const { protocol = 'https:' } = URL.parse(uri) ?? {};
  const scheme = protocol.slice(0, -1);
  if (scheme === 'https' || scheme === 'http' || scheme.includes('.') || known.includes(scheme)) return undefined;
  return `must not use the scheme ${protocol} use a domain name of yours in reverse order, such as com.example.app:/callback (RFC 8252 §7.1)`;
}

/** A URL that this server requests or displays, or that identifies a service. */
export function webAddress(): z.ZodType<string> {
  return z
    .string('must be a text')
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'must be an http or https address',
    )
    .refine((text) => !text.includes('#'), 'must not have a fragment (#…)');
}

/** A resource indicator (RFC 8707 §2). */
export function resourceAddress(): z.ZodType<string> {
  return z
    .string('must be a text')
    .refine((text) => URL.canParse(text), 'must be an absolute address, such as https://api.example.com')
    .refine((text) => !text.includes('#'), 'must not have a fragment (#…)');
}
