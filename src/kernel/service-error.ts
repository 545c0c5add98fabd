/**
 * Every error code that this server returns from the wire APIs, with its HTTP status. `fault` becomes the response's `Type`:
 * Sender if the caller can fix the error, Receiver if it is ours.
 */
export const ERROR_TABLE = {
  // Authentication and the envelope
  MissingAuthenticationToken: { status: 403, fault: 'Sender' },
  InvalidClientTokenId: { status: 403, fault: 'Sender' },
  SignatureDoesNotMatch: { status: 403, fault: 'Sender' },
  IncompleteSignature: { status: 400, fault: 'Sender' },
  ExpiredToken: { status: 403, fault: 'Sender' },
  AccessDenied: { status: 403, fault: 'Sender' },
  InvalidAction: { status: 400, fault: 'Sender' },
  MissingAction: { status: 400, fault: 'Sender' },
  MalformedQueryString: { status: 400, fault: 'Sender' },
  ValidationError: { status: 400, fault: 'Sender' },
  InvalidParameterValue: { status: 400, fault: 'Sender' },
  RequestEntityTooLarge: { status: 413, fault: 'Sender' },
  Throttling: { status: 400, fault: 'Sender' },
  ServiceUnavailable: { status: 503, fault: 'Receiver' },
  InternalFailure: { status: 500, fault: 'Receiver' },
  // IAM
  NoSuchEntity: { status: 404, fault: 'Sender' },
  EntityAlreadyExists: { status: 409, fault: 'Sender' },
  EntityTemporarilyUnmodifiable: { status: 409, fault: 'Sender' },
  DeleteConflict: { status: 409, fault: 'Sender' },
  LimitExceeded: { status: 409, fault: 'Sender' },
  ConcurrentModification: { status: 409, fault: 'Sender' },
  InvalidInput: { status: 400, fault: 'Sender' },
  InvalidUserType: { status: 400, fault: 'Sender' },
  InvalidAuthenticationCode: { status: 403, fault: 'Sender' },
  MalformedPolicyDocument: { status: 400, fault: 'Sender' },
  PasswordPolicyViolation: { status: 400, fault: 'Sender' },
  PolicyEvaluation: { status: 500, fault: 'Receiver' },
  PolicyNotAttachable: { status: 400, fault: 'Sender' },
  UnmodifiableEntity: { status: 400, fault: 'Sender' },
  // STS
  InvalidAuthorizationMessageException: { status: 400, fault: 'Sender' },
  ExpiredTokenException: { status: 400, fault: 'Sender' },
  IDPCommunicationError: { status: 400, fault: 'Sender' },
  IDPRejectedClaim: { status: 403, fault: 'Sender' },
  InvalidIdentityToken: { status: 400, fault: 'Sender' },
  PackedPolicyTooLarge: { status: 400, fault: 'Sender' },
} as const satisfies Record<string, { status: number; fault: 'Sender' | 'Receiver' }>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/**
 * The codes whose messages are audited verbatim, because they only name entities, limits and dates. Any other message may repeat
 * parts of the request, so only the caller gets it, unless the error says what to audit instead.
 */
const RECORDED_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MissingAuthenticationToken',
  'InvalidClientTokenId',
  'ExpiredToken',
  'AccessDenied',
  'MissingAction',
  'RequestEntityTooLarge',
  'Throttling',
  'ServiceUnavailable',
  'InternalFailure',
  'NoSuchEntity',
  'EntityAlreadyExists',
  'EntityTemporarilyUnmodifiable',
  'DeleteConflict',
  'LimitExceeded',
  'ConcurrentModification',
  'InvalidInput',
  'InvalidUserType',
  'InvalidAuthenticationCode',
  'MalformedPolicyDocument',
  'PasswordPolicyViolation',
  'PolicyEvaluation',
  'PolicyNotAttachable',
  'UnmodifiableEntity',
  'ExpiredTokenException',
  'PackedPolicyTooLarge',
]);

interface ServiceErrorOptions {
  readonly cause?: unknown;
  readonly authorizationMessage?: string | undefined;
  /** Audited instead of the message. It may not contain anything from the request except names of entities. */
  readonly recorded?: string;
  /** A suffix that AWS's message does not have, including its separator: ` (line 3, column 14)`. */
  readonly addition?: string;
}

/**
 * An error to return to the caller, with a code from {@link ERROR_TABLE}. The message is sent verbatim: it says what
 * to do and contains no secret. The `cause` is only logged.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  /** For `AccessDenied`: the reason, for callers allowed to decode it (`sts:DecodeAuthorizationMessage`). */
  readonly authorizationMessage: string | undefined;
  /** What the audit log and the server log may contain; if `undefined`, only the code. */
  readonly recordedMessage: string | undefined;
  /** The suffix that AWS's message does not have; empty if the message is exactly AWS's. */
  readonly addition: string;

  constructor(code: ErrorCode, message: string, options?: ServiceErrorOptions) {
    super(message, options);
    this.code = code;
    this.authorizationMessage = options?.authorizationMessage;
    this.addition = options?.addition ?? '';
    this.recordedMessage = options?.recorded ?? (RECORDED_CODES.has(code) ? message : undefined);
  }

  /** The message without {@link addition}. */
  get plainMessage(): string {
    return this.message.slice(0, this.message.length - this.addition.length);
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get fault(): 'Sender' | 'Receiver' {
    return ERROR_TABLE[this.code].fault;
  }
}
