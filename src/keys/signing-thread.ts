import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/**
 * What the thread runs, as text, so that it is the same from sources and from what they are built into. A message is the key
 * of those that follow, or texts joined by line ends, which are answered by their signatures, joined likewise.
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

/** A thread that signs by Ed25519. */
export interface SigningThread {
  /** Whether it has started: until then messages wait. */
  isReady(): boolean;
  /** Texts without line ends; their signatures go to `signed`, in the order of the calls. */
  post(texts: readonly string[], key: KeyObject): void;
  stop(): Promise<unknown>;
}

export interface SigningThreadEvents {
  readonly signed: (signatures: readonly string[]) => void;
  /** It has ended, whether it was stopped or failed; what was posted and not signed will never be. */
  readonly ended: (fault: Error | undefined) => void;
}

/** Starts a thread; it holds no process back from ending. */
export function startSigningThread({ signed, ended }: SigningThreadEvents): SigningThread {
  const worker = new Worker(PROGRAM, {
    eval: true,
    name: 'signing',
    // It needs nothing of the process: not its environment, which may hold the key-encryption key, and no flags.
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
      // A key object is handed over by reference: the private key is not copied.
      if (key !== postedKey) worker.postMessage(key);
      postedKey = key;
      worker.postMessage(texts.join('\n'));
    },
    stop: () => worker.terminate(),
  };
}
