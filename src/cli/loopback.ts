import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseUrl } from './endpoint.ts';

export const CALLBACK_PATH = '/callback';
const HOST = '127.0.0.1';

/** Looks at an answer, and says whether it was for us; then nothing else is waited for. */
export type TakeAnswer = (answer: URLSearchParams) => boolean;

export interface Loopback {
  readonly redirectUri: string;
  /** From now on, answers are taken. */
  listen(take: TakeAnswer): void;
  close(): void;
}

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
};

function page(text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Rolecall</title><h1>Rolecall</h1><p>${text}</p></html>`;
}

/**
 * Opens the loopback address that the browser returns to (RFC 8252 §7.3): an IP literal, so that no resolver leads to another program, and
 * a port of its own, taken before the browser starts. Only the path is read; other hosts (DNS rebinding) and methods are refused.
 */
export async function openLoopback(): Promise<Loopback> {
  // Loaded only for a sign-in, because `credential_process` runs for every command of the AWS tools.
  const { createServer } = await import('node:http');
  let take: TakeAnswer = () => false;
  let own = '';
  const server = createServer({ maxHeaderSize: 16_384 }, (request: IncomingMessage, response: ServerResponse) => {
    const send = (status: number, text: string): void => {
      response.writeHead(status, HEADERS).end(page(text));
    };
    const url = parseUrl(request.url ?? '/', own);
    if (request.headers.host !== new URL(own).host || url?.origin !== own) return send(400, 'This is not the address.');
    if (url.pathname !== CALLBACK_PATH) return send(404, 'There is nothing here.');
    if (request.method !== 'GET') return send(405, 'Only GET is allowed.');
    if (take(url.searchParams)) return send(200, 'Go back to the terminal. You can close this window.');
    return send(400, 'This is not the answer to the sign-in that the terminal waits for.');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: HOST, port: 0, exclusive: true }, resolve);
  });
  own = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    redirectUri: `${own}${CALLBACK_PATH}`,
    listen(next) {
      take = next;
    },
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}
