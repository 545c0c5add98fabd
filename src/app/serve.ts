import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closingResponse } from './closing-response.ts';
import { BODY_LIMIT } from './edge/read-body.ts';
import type { TlsCertificate } from './tls/tls-certificate.ts';
import { contextOptions, HSTS, tlsOptions } from './tls/tls-options.ts';

/** How long a client may take to send the headers, and the whole request, in ms. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;
/** Longer than load balancers keep idle connections, so that they, not we, close first. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** How much of the five seconds for a stop remains for requests in progress, in ms. */
const DRAIN_TIMEOUT = 3_500;
/** How long before that requests that only wait are answered, in ms. */
const LAST_ANSWERS = 1_000;
/** How often idle connections are closed while draining, in ms. */
const DRAIN_SWEEP = 50;

interface DrainOptions {
  /** Called shortly before requests are cut, to answer those that only wait. */
  readonly beforeCut?: () => void;
}

/** A listening server. */
export interface RunningServer {
  /** From now on every answer closes its connection. New connections are still accepted. */
  sendAway(): void;
  /** Stops accepting connections, lets requests in progress finish, and cuts those that take too long. */
  drain(options?: DrainOptions): Promise<void>;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: TlsCertificate | undefined;
  /** Whether clients are asked for a certificate. */
  readonly asksForCertificate?: boolean;
}

/** Listens. Rejects if the address is not available. */
export async function serve(address: Address, listener: RequestListener): Promise<RunningServer> {
  const { host, port } = address;
  let isClosing = false;
  const server = makeServer(address, listener, {
    ServerResponse: closingResponse(() => isClosing),
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    connectionsCheckingInterval: 5_000,
  });
  const connections = connectionsOf(server);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Do not ask for a body that will be refused for its length (RFC 9110 §10.1.1).
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
    drain(options) {
      sendAway();
      return drain(server, connections, options);
    },
  };
}

function makeServer(
  { tls, asksForCertificate = false }: Address,
  listener: RequestListener,
  options: Parameters<typeof createServer>[0],
): Server | TlsServer {
  if (tls === undefined) return createServer({ ...options }, listener);
  const server = createTlsServer(
    { ...options, ...tlsOptions(tls.current(), asksForCertificate) },
    (request, response) => {
      response.setHeader(...HSTS);
      listener(request, response);
    },
  );
  tls.onChange((pair) => server.setSecureContext(contextOptions(pair)));
  return server;
}

/** The open connections, those included whose TLS handshake is not done: Node's own methods do not close these. */
function connectionsOf(server: Server | TlsServer): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

/** The answers to unreadable requests, by Node's error code. With any other code, the data was not HTTP. */
const UNREADABLE: ReadonlyMap<string, readonly [status: string, text: string]> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    ['431 Request Header Fields Too Large', 'the request target and the headers together are larger than 16 KiB'],
  ],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', ['413 Content Too Large', 'the chunk extensions are too large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'the request did not arrive in time']],
]);
const NO_HTTP = ['400 Bad Request', 'this is not a valid HTTP/1.1 request'] as const;

/** Answers with a text where Node would send a bare status line. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node's internal reference to the response being sent, into which nothing may be written.
  const { _httpMessage: answering } = socket as { readonly _httpMessage?: { readonly headersSent: boolean } };
  const isFailedHandshake =
    'encrypted' in socket && !error.code?.startsWith('HPE_') && !UNREADABLE.has(error.code ?? '');
  if (!socket.writable || answering?.headersSent || isFailedHandshake) return void socket.destroy(error);
  const [status, text] = UNREADABLE.get(error.code ?? '') ?? NO_HTTP;
  const head = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8'];
  socket.end([...head, `Content-Length: ${text.length + 1}`, '', `${text}\n`].join('\r\n'));
}

function drain(
  server: Server | TlsServer,
  connections: ReadonlySet<Socket>,
  { beforeCut = () => {} }: DrainOptions = {},
): Promise<void> {
  return new Promise((resolve) => {
    const last = setTimeout(beforeCut, DRAIN_TIMEOUT - LAST_ANSWERS);
    const cut = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of connections) socket.destroy();
    }, DRAIN_TIMEOUT);
    // A connection in use becomes idle later, so check repeatedly.
    const sweep = setInterval(() => server.closeIdleConnections(), DRAIN_SWEEP);
    server.close(() => {
      clearTimeout(last);
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
