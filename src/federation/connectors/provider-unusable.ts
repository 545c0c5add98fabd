/** Longer messages are truncated, because parts come from the provider. */
const LONGEST_MESSAGE = 500;

/** A connector cannot work with its provider. The message says what was tried and what came back, and contains no secret. */
export class ProviderUnusable extends Error {
  override readonly name = 'ProviderUnusable';

  constructor(message: string, cause?: unknown) {
    super(message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message, { cause });
  }
}
