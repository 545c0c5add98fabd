import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ExtendedRequest } from 'ldapts';
import type { DirectoryAccess } from './directory-access.ts';
import { DirectoryFault } from './directory-fault.ts';
import { messageStream } from './message-stream.ts';
import { readResponse } from './read-response.ts';
import { faultOf, RESULT_CODES } from './result-codes.ts';
import { addressesOf, type DirectoryServer } from './server-address.ts';

const START_TLS = '1.3.6.1.4.1.1466.20037';
/** The answer to StartTLS has a few dozen bytes. */
const LARGEST_ANSWER = 4096;

export interface SocketOptions {
  readonly server: DirectoryServer;
  readonly startTls: boolean;
  /** PEM certificates of the only certificate authorities to trust. Default: Node's own list. */
  readonly ca: string | undefined;
  /** The name in the server's certificate. Default: the host of the URL. */
  readonly serverName: string | undefined;
  readonly network: DirectoryAccess;
  readonly timeoutMs: number;
}

/**
 * Connects to a server. With TLS of either kind, the certificate is verified before anything secret is sent, and there is no way back to a
 * plain connection (RFC 4513 §3.1). @throws {DirectoryFault}
 */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  const { server, startTls, network } = options;
  const isPlain = !server.isTls && !startTls;
  const addresses = await addressesOf(server, network, isPlain);
  const deadline = AbortSignal.timeout(options.timeoutMs);
  let fault: unknown;
  for (const address of addresses) {
    try {
      return await openAt(options, address, deadline);
    } catch (error) {
      fault = error;
      if (deadline.aborted) break;
    }
  }
  throw fault;
}

async function openAt(options: SocketOptions, address: string, deadline: AbortSignal): Promise<Socket> {
  const { server, startTls } = options;
  const socket = connect({ host: address, port: server.port, noDelay: true, keepAlive: true });
  try {
    await ready(socket, 'connect', { what: `${server.url} (${address})`, kind: 'connection', deadline });
    if (startTls && !server.isTls) await askForTls(socket, server, deadline);
    if (!startTls && !server.isTls) return socket;
    return await secure(socket, options, deadline);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface Waiting {
  readonly what: string;
  readonly kind: 'connection' | 'certificate';
  readonly deadline: AbortSignal;
}

function ready(socket: Socket, event: string, { what, kind, deadline }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      socket.off('error', failed);
      socket.off('close', closed);
      deadline.removeEventListener('abort', late);
      // An error after this one has nobody to go to.
      socket.on('error', () => undefined);
      settle();
    };
    const fail = (fault: DirectoryFault) => end(() => reject(fault))();
    const failed = (error: NodeJS.ErrnoException) => {
      const isNetwork = error.code === 'ECONNRESET' || error.code === 'ECONNREFUSED' || error.code === 'ETIMEDOUT';
      const reason = error.code === undefined ? error.message : `${error.code}: ${error.message}`;
      fail(new DirectoryFault(isNetwork ? 'connection' : kind, `${what}: ${reason}`, { cause: error }));
    };
    const closed = () => fail(new DirectoryFault('connection', `${what}: the server closed the connection`));
    const late = () => fail(new DirectoryFault('timeout', `${what}: no connection in time`));
    if (deadline.aborted) return late();
    socket.once(event, end(resolve));
    socket.on('error', failed);
    socket.on('close', closed);
    deadline.addEventListener('abort', late);
  });
}

/** Asks the server to begin TLS (RFC 4511 §4.14.1). */
async function askForTls(socket: Socket, { url }: DirectoryServer, deadline: AbortSignal): Promise<void> {
  const stream = messageStream(LARGEST_ANSWER);
  await new Promise<void>((resolve, reject) => {
    const finish = (fault?: unknown) => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      deadline.removeEventListener('abort', late);
      // Bytes from here on belong to TLS.
      socket.pause();
      if (fault === undefined) resolve();
      else reject(fault);
    };
    const refuse = (message: string, cause?: unknown) =>
      finish(new DirectoryFault('start-tls', `${url}: StartTLS: ${message}`, { cause }));
    const late = () => finish(new DirectoryFault('timeout', `${url}: StartTLS: no answer in time`));
    deadline.addEventListener('abort', late);
    socket.on('error', (error) => refuse(error.message, error));
    socket.on('close', () => refuse('the server closed the connection'));
    socket.on('data', (chunk: Buffer) => {
      try {
        const messages = stream.read(chunk);
        const [message] = messages;
        if (message === undefined) return;
        // Whatever arrives before TLS could be anybody's (CVE-2011-0411 and its kind).
        if (messages.length > 1 || message.length !== chunk.length) return refuse('more than one answer');
        const response = readResponse(message);
        if (response.kind !== 'result' || response.of !== 'extended') return refuse('an unexpected answer');
        if (response.result.code === RESULT_CODES.success) finish();
        else refuse(faultOf('refused', response.result).message);
      } catch (error) {
        refuse((error as Error).message, error);
      }
    });
    socket.write(new ExtendedRequest({ messageId: 1, oid: START_TLS }).write());
  });
}

async function secure(
  socket: Socket,
  { server, ca, serverName }: SocketOptions,
  deadline: AbortSignal,
): Promise<TLSSocket> {
  const name = serverName ?? server.host;
  const encrypted = connectTls({
    socket,
    // The name is checked against the certificate in any case; only real names may be sent (RFC 6066 §3).
    host: name,
    ...(isIP(name) === 0 && { servername: name }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
  });
  await ready(encrypted, 'secureConnect', { what: `${server.url}: TLS as ${name}`, kind: 'certificate', deadline });
  return encrypted;
}
