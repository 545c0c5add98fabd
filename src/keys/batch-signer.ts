import type { KeyObject } from 'node:crypto';
import { type BatchThread, type BatchThreadEvents, startBatchThread } from './batch-thread.ts';
import { type BatchesOptions, openBatches } from './batches.ts';
import { signText, type TokenSigner } from './token-signer.ts';

/** The thread's way to sign, with the same result as {@link signText}. */
const COMPUTE = `(text, key) => crypto.sign(null, Buffer.from(text, 'latin1'), key).toString('base64url')`;

/** Starts a thread that signs with Ed25519. */
export function startSigningThread(events: BatchThreadEvents): BatchThread<KeyObject> {
  return startBatchThread({ name: 'signing', compute: COMPUTE }, events);
}

/** Opens a signer that signs the tokens of one turn of the event loop together, on a thread if one can be started. */
export function openBatchSigner(options: Pick<BatchesOptions<KeyObject>, 'onFault' | 'startThread'>): TokenSigner {
  const batches = openBatches<KeyObject>({ name: 'signing', compute: signText, ...options });
  return { sign: batches.compute, close: batches.close };
}
