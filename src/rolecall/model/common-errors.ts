/** The errors that every operation may answer with, as clients see them. */
export const COMMON_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'No policy allows the caller to do this, or one denies it. The message says which.',
  InternalFailure: 'The server failed. Its log has the request id.',
  SerializationException: 'The body is not JSON, or a value has the wrong type.',
  ServiceUnavailableException: 'The server cannot reach its store, or cannot write to it. Try again.',
  ThrottlingException: 'The caller sends too many requests. Wait, then try again.',
  ValidationException: 'A value breaks a constraint, or a required member is missing. The message lists all problems.',
};
