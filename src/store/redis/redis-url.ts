/** A server's address. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** The location of Redis and the credentials for it, parsed from a URL. */
export interface RedisTarget {
  readonly topology: 'single' | 'sentinel' | 'cluster';
  /** The server, the Sentinels, or the cluster nodes to contact first. */
  readonly nodes: readonly RedisNode[];
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls: boolean;
  /** With Sentinel: the name of the master, and the credentials for the Sentinels. */
  readonly masterName?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

/** Explains what is wrong with a URL without quoting any of it, as it may contain a password. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

const FORMS =
  'redis://[user:password@]host[:port][/db], redis+sentinel://[user:password@]host[:port],…/master[/db] or ' +
  'redis+cluster://[user:password@]host[:port],… (rediss… for TLS)';
const SCHEME = /^redis(?<tls>s)?(?:\+(?<topology>sentinel|cluster))?$/i;
const URL_PARTS =
  /^(?<scheme>[^:]+):\/\/(?:(?<userinfo>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/i;
const PORTS = { single: 6379, sentinel: 26379, cluster: 6379 } as const;

/**
 * Parses a Redis URL: one server, or several comma-separated hosts as Sentinels or cluster nodes. User and password are those of
 * the data servers, percent-encoded; those of the Sentinels are given as `sentinel_username` and `sentinel_password`.
 * @throws {RedisUrlError} which does not quote the URL.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const parts = URL_PARTS.exec(url)?.groups;
  const scheme = SCHEME.exec(parts?.['scheme'] ?? '')?.groups;
  if (parts === undefined || scheme === undefined) throw new RedisUrlError(`the Redis URL is none of ${FORMS}`);
  const topology = (scheme['topology']?.toLowerCase() ?? 'single') as RedisTarget['topology'];
  const nodes = (parts['hosts'] ?? '').split(',').map((host) => nodeOf(host, PORTS[topology]));
  if (topology === 'single' && nodes.length > 1) {
    throw new RedisUrlError('the Redis URL names several hosts: say redis+sentinel:// or redis+cluster://');
  }
  return {
    topology,
    nodes,
    tls: scheme['tls'] !== undefined,
    ...credentialsOf(parts['userinfo']),
    ...placeOf(topology, parts['path'] ?? ''),
    ...sentinelCredentialsOf(topology, parts['query'] ?? ''),
  };
}

function nodeOf(text: string, defaultPort: number): RedisNode {
  const groups = HOST.exec(text)?.groups;
  const port = Number(groups?.['port'] ?? defaultPort);
  if (groups === undefined || port < 1 || port > 65_535) {
    throw new RedisUrlError('the Redis URL has a host that is not host[:port]');
  }
  return { host: groups['v6'] ?? groups['name'] ?? '', port };
}

function credentialsOf(userinfo: string | undefined): Pick<RedisTarget, 'username' | 'password'> {
  if (userinfo === undefined || userinfo === '') return {};
  const [username = '', ...rest] = userinfo.split(':');
  // A user name without a password is not enough; `:password@` means the default user.
  if (rest.length === 0) throw new RedisUrlError('the Redis URL has a user without a password');
  const password = decoded(rest.join(':'));
  return username === '' ? { password } : { username: decoded(username), password };
}

function placeOf(topology: RedisTarget['topology'], path: string): Pick<RedisTarget, 'db' | 'masterName'> {
  const steps = path.split('/').slice(1).map(decoded);
  if (steps.at(-1) === '') steps.pop();
  const masterName = topology === 'sentinel' ? steps.shift() : undefined;
  if (topology === 'sentinel' && !masterName) {
    throw new RedisUrlError('the Redis URL lacks the master’s name: redis+sentinel://host:port,host:port/master');
  }
  const [db = '0', ...more] = steps;
  if (!/^\d{1,9}$/.test(db) || more.length > 0) throw new RedisUrlError('the Redis URL’s database is no whole number');
  if (topology === 'cluster' && Number(db) !== 0) throw new RedisUrlError('a Redis Cluster has only database 0');
  return { db: Number(db), ...(masterName === undefined ? {} : { masterName }) };
}

function sentinelCredentialsOf(
  topology: RedisTarget['topology'],
  query: string,
): Pick<RedisTarget, 'sentinelUsername' | 'sentinelPassword'> {
  const given = new URLSearchParams(query);
  const [sentinelUsername, sentinelPassword] = [given.get('sentinel_username'), given.get('sentinel_password')];
  given.delete('sentinel_username');
  given.delete('sentinel_password');
  if (given.size > 0 || (topology !== 'sentinel' && query !== '')) {
    throw new RedisUrlError('the Redis URL has parameters that are not known here');
  }
  return {
    ...(sentinelUsername === null ? {} : { sentinelUsername }),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('the Redis URL has a wrong percent-encoding');
  }
}
