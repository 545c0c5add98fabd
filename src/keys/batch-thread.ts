import { Worker } from 'node:worker_threads';

/** A thread that turns each text into another text under a key. */
export interface BatchThread<Key> {
  /** Whether it has started. Until then, messages wait. */
  isReady(): boolean;
  /** Computes the results of texts without line feeds. They are passed to `computed`, in the order of the calls. */
  post(texts: readonly string[], key: Key): void;
  stop(): Promise<unknown>;
}

export interface BatchThreadEvents {
  readonly computed: (results: readonly string[]) => void;
  /** Called when the thread has been stopped or has failed. Results that it has not returned are lost. */
  readonly ended: (fault: Error | undefined) => void;
}

interface ThreadProgram {
  /** Its name in the process list and in debuggers. */
  readonly name: string;
  /**
   * The source of a JavaScript function `(text, key) => result` whose results have no line feeds. It is a string, so that it works the
   * same from sources and from a build.
   */
  readonly compute: string;
}

/** A message is either the key for the messages that follow, or texts joined by line feeds; the results are joined in the same way. */
const programOf = (compute: string): string => `
const crypto = require('node:crypto');
const { parentPort } = require('node:worker_threads');
const compute = ${compute};
let key;
parentPort.on('message', (message) => {
  if (typeof message === 'string') parentPort.postMessage(message.split('\\n').map((text) => compute(text, key)).join('\\n'));
  else key = message;
});
`;

/** Starts a thread. It does not keep the process alive. */
export function startBatchThread<Key extends object>(
  { name, compute }: ThreadProgram,
  { computed, ended }: BatchThreadEvents,
): BatchThread<Key> {
  const worker = new Worker(programOf(compute), {
    eval: true,
    name,
    // The thread needs neither flags nor the process's environment, which may contain the key-encryption key.
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
  });
  let isReady = false;
  let postedKey: Key | undefined;
  let fault: Error | undefined;
  worker.unref();
  worker.on('online', () => {
    isReady = true;
  });
  worker.on('message', (results: string) => computed(results.split('\n')));
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
