/** What goes to the log of something thrown. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const TEXT_LIMIT = 4096;
const CAUSES_TOLD = 3;

/**
 * Describes something thrown by what is known to be harmless. Whatever else libraries hang on their errors stays out: Node puts
 * the bytes of the request, credentials and all, on a parse error (`rawPacket`), others put requests, tokens or documents.
 */
export function loggedError(thrown: unknown, causes = CAUSES_TOLD): LoggedError {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === 'string' ? thrown : 'something that is no error was thrown';
    return { type: typeof thrown, message: message.slice(0, TEXT_LIMIT) };
  }
  const code: unknown = Reflect.get(thrown, 'code');
  return {
    type: thrown.name,
    message: thrown.message.slice(0, TEXT_LIMIT),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(thrown.stack !== undefined && { stack: thrown.stack.slice(0, TEXT_LIMIT) }),
    ...(causes > 0 && thrown.cause instanceof Error && { cause: loggedError(thrown.cause, causes - 1) }),
  };
}
