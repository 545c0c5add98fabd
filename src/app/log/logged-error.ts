import { ServiceError } from '../../kernel/service-error.ts';
import { withSourceNames } from './source-places.ts';

/** The part of a thrown value that is logged. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const TEXT_LIMIT = 4096;
const MAX_CAUSES = 3;

/**
 * Errors whose messages may be logged: those of our own code, of the runtime, and of the stores' drivers. Messages of other errors
 * may quote the input that they refuse (`JSON.parse` does), so only their type, code and location are logged.
 */
const SAFE_MESSAGE_ERRORS: ReadonlySet<string> = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'AggregateError',
  'AbortError',
  'TimeoutError',
  'ConfigError',
  'StoreUnavailableError',
  'ReplyError',
  'MaxRetriesPerRequestError',
  'ClusterAllFailedError',
]);
const SAFE_MESSAGE_KIND = /^Mongo(?:ose)?[A-Za-z]*Error$/;
const WITHHELD = 'the message is not logged, because it may repeat what was sent';

/** Node's argument errors end with the value that they refuse. */
const RECEIVED = / Received .*/s;

function messageOf(error: Error): string | undefined {
  if (error instanceof ServiceError) return error.recordedMessage;
  if (!SAFE_MESSAGE_ERRORS.has(error.name) && !SAFE_MESSAGE_KIND.test(error.name)) return undefined;
  return error.message.replace(RECEIVED, '').slice(0, TEXT_LIMIT);
}

/** The frames of a stack, without the message that precedes them. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  const frames = (start === -1 ? stack : stack.slice(start + message.length))
    .split('\n')
    .filter((line) => /^ +at /.test(line))
    .join('\n');
  return withSourceNames(frames).slice(0, TEXT_LIMIT);
}

/**
 * Describes a thrown value using only what is known to be harmless. All other properties are left out: on a parse error, Node
 * attaches the bytes of the request, including credentials (`rawPacket`), and libraries attach requests, tokens or documents.
 */
export function loggedError(thrown: unknown, causes = MAX_CAUSES): LoggedError {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === 'string' ? thrown : 'something that is no error was thrown';
    return { type: typeof thrown, message: message.slice(0, TEXT_LIMIT) };
  }
  const code: unknown = Reflect.get(thrown, 'code');
  return {
    type: thrown.name,
    message: messageOf(thrown) ?? WITHHELD,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(thrown.stack !== undefined && { stack: framesOf(thrown) }),
    ...(causes > 0 && thrown.cause instanceof Error && { cause: loggedError(thrown.cause, causes - 1) }),
  };
}
