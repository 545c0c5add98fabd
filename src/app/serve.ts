import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
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
  server.on('clientError', refuseUnreadable);
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

/** What a request that cannot be read is answered, by Node's code of the error; all others are no HTTP. */
const UNREADABLE: ReadonlyMap<string, readonly [status: string, text: string]> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    ['431 Request Header Fields Too Large', 'the request target and the headers together are larger than 16 KiB'],
  ],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', ['413 Content Too Large', 'the chunk extensions are too large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'the request did not arrive in time']],
]);
const NO_HTTP = ['400 Bad Request', 'this is no valid HTTP/1.1 request'] as const;

/** Answers in words where Node would answer by a bare status line. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node's own mark of the answer that is being sent, into which nothing may be written.
  const { _httpMessage: answering } = socket as { readonly _httpMessage?: { readonly headersSent: boolean } };
  if (!socket.writable || answering?.headersSent) return void socket.destroy(error);
  const [status, text] = UNREADABLE.get(error.code ?? '') ?? NO_HTTP;
  const head = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8'];
  socket.end([...head, `Content-Length: ${text.length + 1}`, '', `${text}\n`].join('\r\n'));
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
