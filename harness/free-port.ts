import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The maximum number of processes that may look for ports in one range at the same time, numbered by Jest's worker id. */
const SHARES = 8;
const given = new Set<number>();

/**
 * The ports that this process may use. A port is briefly free while a test restarts its server, so processes that share a range
 * would take each other's ports. `.ci/run` gives each of its lanes a range (`TEST_PORTS`, such as `12000-21999`), and each
 * Jest worker gets a share of it. The default range is below the ports that systems use for outgoing connections.
 */
function ownPorts(): readonly [first: number, end: number] {
  const [first = 0, last = 0] = (process.env['TEST_PORTS'] ?? '12000-31999').split('-').map(Number);
  const size = Math.floor((last + 1 - first) / SHARES);
  if (!(first > 0 && size > 0)) throw new Error('TEST_PORTS is not a range of ports, such as 12000-21999');
  const start = first + size * (Number(process.env['JEST_WORKER_ID'] ?? 0) % SHARES);
  return [start, start + size];
}

/** A TCP port of 127.0.0.1 that nothing is listening on and that was not returned before. */
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
