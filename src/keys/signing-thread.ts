import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/**
 * The thread's program. It is a string, so that it works the same from sources and from a build. A message is either the key for
 * the messages that follow, or texts joined by line feeds; the reply contains their signatures, joined in the same way.
 */
const PROGRAM = `
const { sign } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
let key;
parentPort.on('message', (message) => {
  if (typeof message !== 'string') {
    key = message;
    return;
  }
  const signatures = message.split('\\n').map((text) => sign(null, Buffer.from(text, 'latin1'), key).toString('base64url'));
  parentPort.postMessage(signatures.join('\\n'));
});
`;

/** A thread that signs with Ed25519. */
export interface SigningThread {
  /** Whether it has started. Until then, messages wait. */
  isReady(): boolean;
  /** Signs texts without line feeds. Their signatures are passed to `signed`, in the order of the calls. */
  post(texts: readonly string[], key: KeyObject): void;
  stop(): Promise<unknown>;
}

export interface SigningThreadEvents {
  readonly signed: (signatures: readonly string[]) => void;
  /** Called when the thread has been stopped or has failed. Posted texts that it has not signed are lost. */
  readonly ended: (fault: Error | undefined) => void;
}

/** Starts a thread. It does not keep the process alive. */
export function startSigningThread({ signed, ended }: SigningThreadEvents): SigningThread {
  const worker = new Worker(PROGRAM, {
    eval: true,
    name: 'signing',
    // The thread needs neither flags nor the process's environment, which may contain the key-encryption key.
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
  });
  let isReady = false;
  let postedKey: KeyObject | undefined;
  let fault: Error | undefined;
  worker.unref();
  worker.on('online', () => {
    isReady = true;
  });
  worker.on('message', (signatures: string) => signed(signatures.split('\n')));
  worker.on('error', (error) => {
    fault = error;
  });
  worker.on('exit', () => ended(fault));
  return {
    isReady: () => isReady,
    post(texts, key) {
      // A key object is passed by reference: the private key is not copied.
      if (key !== postedKey) worker.postMessage(key);
      postedKey = key;
      worker.postMessage(texts.join('\n'));
    },
    stop: () => worker.terminate(),
  };
}
