/** An error code of a wire API: a row of the table of the service that returns it. */
export interface ErrorRow {
  readonly code: string;
  /** The HTTP status. From 500 on, the error is our fault; below, the caller can fix it. */
  readonly status: number;
  /**
   * Whether its messages are audited verbatim, because they only name entities, limits and dates. Any other message may repeat
   * parts of the request, so only the caller gets it, unless the error says what to audit instead.
   */
  readonly recorded: boolean;
}

/** Declares a table of error codes; rows of other tables may be spread into it. Messages are not audited by default. */
export function errorTable<Code extends string>(
  rows: Readonly<Record<Code, { readonly status: number; readonly recorded?: boolean }>>,
): Readonly<Record<Code, ErrorRow>> {
  const table = {} as Record<Code, ErrorRow>;
  for (const code of Object.keys(rows) as Code[]) {
    const { status, recorded = false } = rows[code];
    table[code] = { code, status, recorded };
  }
  return table;
}

/** The codes that every operation of every service may return. All others are in the table of their service. */
export const COMMON_ERRORS = errorTable({
  MissingAuthenticationToken: { status: 403, recorded: true },
  InvalidClientTokenId: { status: 403, recorded: true },
  SignatureDoesNotMatch: { status: 403 },
  IncompleteSignature: { status: 400 },
  ExpiredToken: { status: 403, recorded: true },
  AccessDenied: { status: 403, recorded: true },
  InvalidAction: { status: 400 },
  MissingAction: { status: 400, recorded: true },
  MalformedQueryString: { status: 400 },
  ValidationError: { status: 400 },
  InvalidParameterValue: { status: 400 },
  RequestEntityTooLarge: { status: 413, recorded: true },
  Throttling: { status: 400, recorded: true },
  ServiceUnavailable: { status: 503, recorded: true },
  InternalFailure: { status: 500, recorded: true },
});

interface ServiceErrorOptions {
  readonly cause?: unknown;
  readonly authorizationMessage?: string | undefined;
  /** Audited instead of the message. It may not contain anything from the request except names of entities, and
   * identifiers that tell what is wrong with a token (issuer, audience, key id, times). */
  readonly recorded?: string;
  /** From a closed list: tells refusals with one code apart, so that repeats of one do not hide another in the audit log. */
  readonly kind?: string;
  /** A suffix that AWS's message does not have, including its separator: ` (line 3, column 14)`. */
  readonly addition?: string;
  /** Present if the same call would be allowed after a sign-in like this. */
  readonly stepUp?: StepUp;
  /** Which of several causes of one code it is, for services whose errors have a member `Reason`. From a closed list. */
  readonly reason?: string;
}

/** The sign-in that a refused call needs (RFC 9470 §3). */
export interface StepUp {
  /** `acr_values`. */
  readonly acr: string;
  /** How old it may be, in seconds. */
  readonly maxAge: number;
}

/**
 * An error to return to the caller, with one of the {@link COMMON_ERRORS} by its code, or a row of its service's table.
 * The message is sent verbatim: it says what to do and contains no secret. The `cause` is only logged.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  /** For `AccessDenied`: the reason, for callers allowed to decode it (`sts:DecodeAuthorizationMessage`). */
  readonly authorizationMessage: string | undefined;
  /** What the audit log and the server log may contain; if `undefined`, only the code. */
  readonly recordedMessage: string | undefined;
  /** Tells refusals with one code apart; from a closed list. */
  readonly kind: string | undefined;
  /** The suffix that AWS's message does not have; empty if the message is exactly AWS's. */
  readonly addition: string;
  /** The sign-in after which the same call would be allowed, if one would do. */
  readonly stepUp: StepUp | undefined;
  /** The member `Reason` of the error, in services that have it. */
  readonly reason: string | undefined;

  constructor(error: keyof typeof COMMON_ERRORS | ErrorRow, message: string, options?: ServiceErrorOptions) {
    super(message, options);
    const { code, status, recorded } = typeof error === 'string' ? COMMON_ERRORS[error] : error;
    this.code = code;
    this.status = status;
    this.authorizationMessage = options?.authorizationMessage;
    this.kind = options?.kind;
    this.addition = options?.addition ?? '';
    this.stepUp = options?.stepUp;
    this.reason = options?.reason;
    this.recordedMessage = options?.recorded ?? (recorded ? message : undefined);
  }

  /** The message without {@link addition}. */
  get plainMessage(): string {
    return this.message.slice(0, this.message.length - this.addition.length);
  }

  /** The response's `Type`: Sender if the caller can fix the error, Receiver if it is ours. */
  get fault(): 'Sender' | 'Receiver' {
    return this.status < 500 ? 'Sender' : 'Receiver';
  }
}
