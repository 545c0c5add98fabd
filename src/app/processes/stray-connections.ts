import type { ChildProcess } from 'node:child_process';
import cluster from 'node:cluster';

/** A connection as held by the supervisor. */
interface Connection {
  close(): void;
}

/**
 * In the supervisor: closes the connection that is being passed to a worker when the worker dies. `node:cluster` passes connections
 * one at a time using `send`, and closes its own end once the worker confirms. If the worker no longer answers, that end would stay
 * open, and the client would wait forever.
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
      // A connection that the worker did not take has another taker by now. If the worker took it, closing it again has no effect.
      if (last !== undefined && takers.get(last) === worker) last.close();
    });
  });
}

/** Excludes other handles that may be passed, such as a socket shared by workers. */
function isNewConnection(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'act' in message && message.act === 'newconn';
}

function isConnection(handle: unknown): handle is Connection {
  return typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
}
