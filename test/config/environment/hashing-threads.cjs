const threads = require('node:worker_threads');

/** Threads that have nothing to do. */
const idle = [];

/** A thread that hashes passwords (src/identity/passwords/hashing-worker.ts). Told to end without a job, it stays for the next server. */
class HashingThread extends threads.Worker {
  #jobs = 0;

  startOver() {
    this.removeAllListeners();
    this.on('message', () => this.#jobs--);
    return this;
  }

  postMessage(...given) {
    this.#jobs++;
    super.postMessage(...given);
  }

  async terminate() {
    if (this.#jobs > 0) return await super.terminate();
    this.startOver().unref();
    idle.push(this);
    return 0;
  }
}

/** Starting these threads is much of what it costs to start a server. */
threads.Worker = new Proxy(threads.Worker, {
  construct(Worker, [program, options]) {
    if (options?.workerData?.argon2 === undefined) return new Worker(program, options);
    return (idle.pop() ?? new HashingThread(program, options)).startOver();
  },
});
