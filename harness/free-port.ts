import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The largest number of processes that may look for ports in one range at a time, by Jest's number of its worker. */
const SHARES = 8;
const given = new Set<number>();

/**
 * The ports that this process may use. A port is free again while a test restarts its server, so that processes that looked in the same
 * ports would take each other's. `.ci/run` gives each of its lanes a range (`ROLECALL_TEST_PORTS`, such as `12000-21999`), and each of Jest's
 * workers has a share of it. The default is below the ports that systems use for outgoing connections.
 */
function ownPorts(): readonly [first: number, end: number] {
  const [first = 0, last = 0] = (process.env['ROLECALL_TEST_PORTS'] ?? '12000-31999').split('-').map(Number);
  const size = Math.floor((last + 1 - first) / SHARES);
  if (!(first > 0 && size > 0)) throw new Error('ROLECALL_TEST_PORTS is not a range of ports, such as 12000-21999');
  const start = first + size * (Number(process.env['JEST_WORKER_ID'] ?? 0) % SHARES);
  return [start, start + size];
}

/** A TCP port of 127.0.0.1 that nothing listens on at the moment, and that was not given before. */
export async function freePort(): Promise<number> {
  const [first, end] = ownPorts();
  for (;;) {
    const port = randomInt(first, end);
    if (given.has(port)) continue;
    given.add(port);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
