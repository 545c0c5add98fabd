import type { ServiceError } from '../../kernel/service-error.ts';
import type { Protocol } from '../../wire/protocols/protocol.ts';
import type { RequestHeaders } from '../../wire/sigv4/signed-request.ts';
import type { WireAnswer } from '../wire-answer.ts';

/** The request that an error answers. */
export interface ErrorContext {
  readonly requestId: string;
  readonly service: string;
  readonly headers: RequestHeaders;
  /** Whether to use AWS's exact message. Default: no. */
  readonly isPlain?: boolean;
}

/** An error as an answer in the request's protocol. */
export function errorAnswer(error: ServiceError, protocol: Protocol, context: ErrorContext): WireAnswer {
  const { requestId, isPlain = false } = context;
  const { code, status, fault, authorizationMessage, reason } = error;
  const message = isPlain ? error.plainMessage : error.message;
  return {
    requestId,
    ...protocol.encodeError({ code, message, status, fault, authorizationMessage, reason, requestId }, context),
  };
}
