import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { closingResponse } from './closing-response.ts';
import { BODY_LIMIT } from './edge/read-body.ts';
import type { Settings } from './settings.ts';

/** How long a client may take for the headers, and for the whole request, in ms. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
/** Longer than what load balancers keep idle connections for, so that they, not we, close first. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** What is left of the five seconds that a stop may take, for requests under way, in ms. */
const DRAIN_TIMEOUT = 3_500;
/** How often connections that have become idle are closed while draining, in ms. */
const DRAIN_SWEEP = 50;

/** A server that listens. */
export interface RunningServer {
  /** From now on each answer closes its connection; new ones are still taken. */
  sendAway(): void;
  /** Takes no new connections, lets requests under way end, cuts what takes too long. */
  drain(): Promise<void>;
}

/** Listens; rejects where the address cannot be had. */
export async function serve({ host, port }: Settings['server'], listener: RequestListener): Promise<RunningServer> {
  let isClosing = false;
  const server = createServer(
    {
      ServerResponse: closingResponse(() => isClosing),
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      connectionsCheckingInterval: 5_000,
    },
    listener,
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // What is refused for its length anyway is not asked for (RFC 9110 §10.1.1).
    if (Number(request.headers['content-length'] ?? 0) <= BODY_LIMIT) response.writeContinue();
    server.emit('request', request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const sendAway = (): void => {
    isClosing = true;
  };
  return {
    sendAway,
    drain() {
      sendAway();
      return drain(server);
    },
  };
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
    // A connection that was answering becomes idle later on: it is looked for again and again.
    const sweep = setInterval(() => server.closeIdleConnections(), DRAIN_SWEEP);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
