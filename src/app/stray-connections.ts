import type { ChildProcess } from 'node:child_process';
import cluster from 'node:cluster';

/** A connection as the supervisor holds it. */
interface Connection {
  close(): void;
}

/**
 * In the supervisor: closes the connection that is on its way to a worker when that dies. `node:cluster` passes each one on by `send`,
 * one at a time, and closes its own end once the worker says that it has it; of a worker that says nothing any more that end would
 * stay open, and whoever connected would wait for ever.
 */
export function closeStrayConnections(): void {
  const takers = new WeakMap<Connection, ChildProcess>();
  cluster.on('fork', ({ process: worker }) => {
    let last: Connection | undefined;
    const send = worker.send as (message: unknown, handle?: unknown, ...rest: unknown[]) => boolean;
    const pass: typeof send = (message, handle, ...rest) => {
      if (isNewConnection(message) && isConnection(handle)) {
        last = handle;
        takers.set(handle, worker);
      }
      return send.call(worker, message, handle, ...rest);
    };
    worker.send = pass as ChildProcess['send'];
    worker.once('exit', () => {
      // What the worker did not take has another taker by now; of what it took, closing it again does nothing.
      if (last !== undefined && takers.get(last) === worker) last.close();
    });
  });
}

/** Not what else it may pass on, such as a socket that workers share. */
function isNewConnection(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
}

function isConnection(handle: unknown): handle is Connection {
  return typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
}
