/**
 * Every error code of the wire APIs that this server answers, with its HTTP status. `fault` is what the answer's `Type` says:
 * the Sender's (the caller can mend it) or the Receiver's (ours).
 */
export const ERROR_TABLE = {
  // authentication and the envelope
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
 * The codes whose messages go on record as they are: they only name entities, limits and dates. Every other message may repeat
 * what was sent, so it goes to the caller alone unless the error says what to record.
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
  /** What goes on record instead of the message: nothing in it may come from the request but names of entities. */
  readonly recorded?: string;
  /** The end of the message that AWS does not have, with what separates it: ` (line 3, column 14)`. */
  readonly addition?: string;
}

/**
 * An error that the caller is to see, by its code in {@link ERROR_TABLE}. The message goes out as it is: it says what
 * to do and holds no secret. The `cause` goes to the log only.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  /** Of `AccessDenied`: why, for whoever may decode it (`sts:DecodeAuthorizationMessage`). */
  readonly authorizationMessage: string | undefined;
  /** What audit and log may say of it; `undefined`: the code alone. */
  readonly recordedMessage: string | undefined;
  /** The end of the message that AWS does not have; empty if the message is AWS's to the letter. */
  readonly addition: string;

  constructor(code: ErrorCode, message: string, options?: ServiceErrorOptions) {
    super(message, options);
    this.code = code;
    this.authorizationMessage = options?.authorizationMessage;
    this.addition = options?.addition ?? '';
    this.recordedMessage = options?.recorded ?? (RECORDED_CODES.has(code) ? message : undefined);
  }

  /** The message without what AWS does not say. */
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
