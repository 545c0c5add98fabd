/** A failure with a message for the person, printed without a stack. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
}

/** A command line that is not understood. */
export class UsageError extends Failure {
  override readonly name = 'UsageError';
}

/** The sign-in is over, so that only the person can go on. */
export class SignedOut extends Failure {
  override readonly name = 'SignedOut';
}
