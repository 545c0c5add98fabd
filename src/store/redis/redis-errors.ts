import { type StoreFailure, StoreUnavailableError } from '../../ports/collections.ts';

/**
 * A client failure without its attachments: ioredis attaches the command and its arguments to errors, and those include
 * passwords and tokens.
 */
export function bareError(failure: unknown): Error {
  const { name, message, code } = (failure ?? {}) as { name?: unknown; message?: unknown; code?: unknown };
  const bare = new Error(typeof message === 'string' && message !== '' ? message : String(code ?? 'unknown'));
  if (typeof name === 'string') bare.name = name;
  return bare;
}

/**
 * Whether Redis certainly did not execute the command and may well do so in a moment. Such a command may be retried even if
 * executing it twice would be wrong. This excludes lost connections and missing answers.
 */
export function isNotCarriedOut(failure: unknown): boolean {
  return NOT_CARRIED_OUT.test(bareError(failure).message);
}

/** The message for a command refused before sending because there is no connection. */
export const NOT_CONNECTED = 'not connected';

const NOT_CARRIED_OUT = new RegExp(
  [
    // From the server, which answers these before it runs a command
    '^(?:MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|BUSY) ',
    // From a script before Redis 7, if this was its first write
    '^ERR Error running script .*-READONLY ',
    // From the client, before it sends a command
    "^Stream isn't writeable and enableOfflineQueue options is false",
    `^${NOT_CONNECTED}`,
    '^All keys in the pipeline should belong to the same slots allocation group',
    '^Too many Cluster redirections\\. Last error: ReplyError: (?:MOVED|ASK|TRYAGAIN) ',
    '^No subscriber for the cluster',
    // The slot map has a gap while nodes change
    "^Cannot read properties of undefined \\(reading 'join'\\)",
  ].join('|'),
);

/** An error of the caller rather than of Redis: a counter that is not a number, a set used as an entry. */
export function isMisuse(failure: unknown): boolean {
  return /\b(?:value is not an integer|increment or decrement would overflow|WRONGTYPE)\b/.test(
    bareError(failure).message,
  );
}

const EXPLANATIONS: readonly (readonly [RegExp, string, StoreFailure?])[] = [
  [/^(?:ERR .*-)?READONLY/, 'is a read-only replica; the URL must name the master, or the Sentinels', 'read-only'],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|sentinels are unreachable|startup nodes|slots cache/i,
    'cannot be reached; check that it runs and that the URL names it',
  ],
  [/WRONGPASS|NOAUTH|invalid username-password/i, 'refuses the user or password of the URL'],
  [/NOPERM/, 'refuses a command to the user of the URL; see its ACL in docs/redis.md'],
  [
    /certificate|self.signed|wrong version number|SSL|TLS/i,
    'cannot be spoken to by TLS; check the scheme and the certificate authority',
  ],
  [/^(?:ERR .*-)?OOM/, 'is out of memory; raise maxmemory', 'full'],
  [/^(?:ERR .*-)?MISCONF/, 'cannot write to its disk; free space or see its log', 'full'],
  [/^(?:ERR .*-)?NOREPLICAS/, 'has too few replicas to take writes', 'read-only'],
  [/timed out|timeout|ETIMEDOUT/i, 'does not answer in time'],
  [/unknown command/i, 'is too old: version 6.2 at least is needed'],
];

/** The port's error for a Redis failure, with advice if we have any. */
export function unavailable(failure: unknown): StoreUnavailableError {
  if (failure instanceof StoreUnavailableError) return failure;
  const cause = bareError(failure);
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(cause.message));
  const [, explanation = 'cannot be used now', reason] = known ?? [];
  return new StoreUnavailableError(`redis ${explanation}`, { cause, reason });
}
