import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { senderReader, settleForwarding, type TrustedProxies } from '../http/client-address.ts';
import type { WireAnswer } from '../operations/pipeline.ts';
import type { WireRequest } from '../operations/progress.ts';
import { bodyReader } from './read-body.ts';
import type { Readiness } from './readiness.ts';

/** What the routes lead to. */
export interface Routes {
  /** The wire API: `POST /`, and `GET /` with a query string. */
  readonly wire: (request: WireRequest) => WireAnswer | Promise<WireAnswer>;
  /** The answer to a body over the limit. */
  readonly tooLarge: () => WireAnswer;
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Pages and OpenID Connect. */
  readonly pages: RequestListener;
  readonly trustedProxies: TrustedProxies;
  readonly fault: (error: unknown) => void;
}

/** Of what is neither a page nor the wire API: nothing in it is to be kept, guessed at, framed or run. */
const PLAIN_HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/**
 * The route table. The wire API is answered on `node:http` directly, ahead of the pages' framework, which would cost it a third
 * of its rate.
 */
export function mount(routes: Routes): RequestListener {
  const answerWire = wireAnswerer(routes);
  return (request, response) => {
    const url = request.url ?? '/';
    const query = url.indexOf('?');
    const path = query === -1 ? url : url.slice(0, query);
    if (path === '/' && (request.method === 'POST' || query !== -1)) {
      answerWire(request, response, query === -1 ? '' : url.slice(query + 1));
      return;
    }
    switch (path) {
      case '/':
        response.writeHead(303, { ...PLAIN_HEADERS, Location: '/sign-in' }).end();
        return;
      case '/healthz':
        send(response, 200, 'ok\n');
        return;
      case '/readyz':
        void routes.ready().then(({ ok, text }) => send(response, ok ? 200 : 503, text));
        return;
      case '/readyz/calls':
        void routes.ready().then(({ ok, servesCalls, text }) => {
          send(response, servesCalls ? 200 : 503, servesCalls && !ok ? `degraded\n${text}` : text);
        });
        return;
      case '/metrics':
        void routes.metrics().then(
          ({ contentType, text }) => send(response, 200, text, contentType),
          (error: unknown) => {
            routes.fault(error);
            send(response, 500, 'the metrics cannot be read; see the log\n');
          },
        );
        return;
      default:
        settleForwarding(request, routes.trustedProxies);
        routes.pages(request, response);
    }
  };
}

/** Answers requests of the wire API, in the turn in which they are there whole where nothing has to be waited for. */
function wireAnswerer(routes: Routes) {
  const readBody = bodyReader();
  const senderOf = senderReader(routes.trustedProxies);
  return (request: IncomingMessage, response: ServerResponse, rawQuery: string): void => {
    const giveUp = (error: unknown): void => {
      // The connection broke, or we did: there is nobody, or nothing, to answer.
      response.destroy();
      if (!request.destroyed) routes.fault(error);
    };
    const answerBody = (body: Buffer): void => {
      const { ip, secure } = senderOf(request);
      const answer = routes.wire({
        method: request.method ?? 'GET',
        path: '/',
        rawQuery,
        headers: request.headers,
        body,
        bodyHash: undefined,
        ip,
        secure,
      });
      if (answer instanceof Promise) answer.then((made) => sendAnswer(response, made, false)).catch(giveUp);
      else sendAnswer(response, answer, false);
    };
    readBody(request, (body) => {
      try {
        if (body === 'too-large') sendAnswer(response, routes.tooLarge(), true);
        else if (body === 'busy') sendBusy(response);
        else answerBody(body);
      } catch (error) {
        giveUp(error);
      }
    });
  };
}

function sendBusy(response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  send(response, 503, 'too many large requests are being sent at once: try again shortly\n');
}

function sendAnswer(response: ServerResponse, { status, requestId, body }: WireAnswer, isLast: boolean): void {
  const length = Buffer.byteLength(body);
  // A flat list of names and values is the form that costs Node least.
  const headers = [
    'Content-Type',
    'text/xml',
    'Content-Length',
    String(length),
    'x-amzn-RequestId',
    requestId,
    // Answers hold credentials: no cache may keep one, and no browser may take one for a page.
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ];
  if (isLast) headers.push('Connection', 'close');
  response.writeHead(status, headers);
  // Written before the end is said, head and body go out as one: `end(body)` sends an empty piece behind them, and two pieces cost 2 µs more.
  response.cork();
  // Where every character is a byte, saying so spares Node the encoding.
  response.write(body, length === body.length ? 'latin1' : 'utf8');
  response.uncork();
  response.end();
}

function send(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { ...PLAIN_HEADERS, 'Content-Type': contentType }).end(text);
}
