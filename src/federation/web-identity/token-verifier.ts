import { type BatchThread, type BatchThreadEvents, startBatchThread } from '../../keys/batch-thread.ts';
import { type BatchesOptions, openBatches } from '../../keys/batches.ts';
import { isValidSignature, type VerificationKey } from './signature-algorithms.ts';

/** Whether the signature of a token is valid. The token has no line feed. */
export type VerifyToken = (token: string, key: VerificationKey) => boolean | Promise<boolean>;

/** Verifies the signatures of many tokens. */
export interface TokenVerifier {
  readonly verify: VerifyToken;
  /** Verifies what is still waiting, and ends the thread. */
  close(): Promise<void>;
}

const VALID = 'valid';
const INVALID = 'invalid';

/** The thread's way to verify, with the same result as {@link compute}. */
const COMPUTE = `(token, { hash, ...key }) => {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  try {
    return crypto.verify(hash, Buffer.from(token.slice(0, end), 'latin1'), key, signature) ? '${VALID}' : '${INVALID}';
  } catch {
    return '${INVALID}';
  }
}`;

/** Starts a thread that verifies signatures. */
export function startVerifyingThread(events: BatchThreadEvents): BatchThread<VerificationKey> {
  return startBatchThread({ name: 'verifying', compute: COMPUTE }, events);
}

/**
 * Opens a verifier of tokens' signatures. Under load, it verifies in batches on a thread: verifying an ES256 signature costs about as
 * much as everything else in AssumeRoleWithWebIdentity. Not in Node's thread pool, where each signature would have to wake this
 * thread, and where a few slow name look-ups hold up everything else.
 */
export function openTokenVerifier(
  options: Pick<BatchesOptions<VerificationKey>, 'onFault' | 'startThread'>,
): TokenVerifier {
  const batches = openBatches<VerificationKey>({ name: 'verifying', compute, ...options });
  return {
    verify: async (token, key) => (await batches.compute(token, key)) === VALID,
    close: batches.close,
  };
}

/** Verifies on this thread, at once. */
export function verifyHere(token: string, key: VerificationKey): boolean {
  try {
    return isValidSignature(token, key);
  } catch {
    // not a signature of this algorithm at all
    return false;
  }
}

function compute(token: string, key: VerificationKey): string {
  return verifyHere(token, key) ? VALID : INVALID;
}
