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
 * An error that the caller is to see, by its code in {@link ERROR_TABLE}. The message goes out as it is: it says what
 * to do and holds no secret. The `cause` goes to the log only.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  /** Of `AccessDenied`: why, for whoever may decode it (`sts:DecodeAuthorizationMessage`). */
  readonly authorizationMessage: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; authorizationMessage?: string | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.authorizationMessage = options?.authorizationMessage;
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get fault(): 'Sender' | 'Receiver' {
    return ERROR_TABLE[this.code].fault;
  }
}
