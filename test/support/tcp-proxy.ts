import { once } from 'node:events';
import { connect as connectTo, createServer, type Socket } from 'node:net';

/** A relay between a client and a server, to cut the line between them and to see what goes over it. */
export interface TcpProxy {
  readonly port: number;
  /** What came from clients, as it came: one text each time that something did. */
  readonly sent: readonly string[];
  /** From now on nothing gets through, either way, and nobody is told. */
  stall(): void;
  /** Lets go on what was held back, and all that comes. */
  resume(): void;
  close(): Promise<void>;
}

/** Relays to a port of this machine. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const sent: string[] = [];
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connectTo(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      sent.push(data.toString('latin1'));
      upstream.write(data);
    });
    upstream.on('data', (data) => client.write(data));
    if (stalled) for (const socket of [client, upstream]) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    sent,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
