import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems take for outgoing connections, of which one might take the port before the server does that it is for. */
const [FIRST, LAST] = [12_000, 32_000];
const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nothing listens on at the moment, and that was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
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
