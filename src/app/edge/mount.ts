import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { replaceForwardingHeaders, senderReader, type TrustedProxies } from '../../http/client-address.ts';
import {
  type CertificateHeaders,
  type ClientCertificateHeader,
  removeCertificateHeaders,
} from '../../http/client-certificate.ts';
import { type AwsRequest, isAwsRequest } from '../../operations/unserved-service.ts';
import type { WireAnswer } from '../../operations/wire-answer.ts';
import type { WireRequest } from '../../operations/wire-request.ts';
import { START_PATH } from '../../sign-in/start/start-paths.ts';
import type { RequestHeaders } from '../../wire/sigv4/signed-request.ts';
import type { Readiness } from '../stores/readiness.ts';
import { type Cors, corsFor } from './cors.ts';
import { type IsOurHost, isAddress } from './host-pinning.ts';
import { PLAIN_HEADERS, READ_METHODS, sendAllowed, sendPlain } from './plain-answer.ts';
import type { AnswerFile } from './public-files.ts';
import { bodyReader } from './read-body.ts';
import { hasRepeatedHeaders, hasSeveralHosts, normalizeTarget, signedHeaders } from './request-target.ts';
import { sendAnswer } from './send-answer.ts';

/** The handlers behind the routes. */
export interface Routes {
  /** The wire API: `POST /`, and `GET /` with a query string. */
  readonly wire: (request: WireRequest) => WireAnswer | Promise<WireAnswer>;
  /** Whether an `X-Amz-Target` header names a service of the wire API. */
  readonly servesTarget: (headers: RequestHeaders) => boolean;
  /** Answers requests for files that anyone may read; `false` if the path is not one. */
  readonly files: AnswerFile;
  /** The answer to a body over the limit. */
  readonly tooLarge: (request: { readonly method: string; readonly headers: RequestHeaders }) => WireAnswer;
  /** The answer to a request for an API or path that is not served. */
  readonly unserved: (request: AwsRequest) => WireAnswer;
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Pages and OpenID Connect. */
  readonly pages: RequestListener;
  readonly trustedProxies: TrustedProxies;
  /** Absent if the server accepts no client certificates. */
  readonly clientCertificate?: ClientCertificateHeader | undefined;
  /** The headers by which proxies pass on the certificates of apps. */
  readonly certificateHeaders?: CertificateHeaders | undefined;
  readonly fault: (error: unknown) => void;
  /** Default: any host is accepted. */
  readonly isOurHost?: IsOurHost | undefined;
  /** The origins whose pages may call the wire API. Default: any. */
  readonly corsOrigins?: readonly string[];
}

type Answer = (response: ServerResponse) => void;

const ROOT_METHODS = 'GET, HEAD, POST, OPTIONS';

/**
 * The route table. The wire API is served directly on `node:http`, ahead of the framework that serves the pages, because the
 * framework would lower its throughput considerably.
 */
export function mount(routes: Routes): RequestListener {
  const cors = corsFor(routes.corsOrigins ?? ['*']);
  const answerWire = wireAnswerer(routes, cors);
  const probes = probeAnswers(routes);
  const { isOurHost } = routes;

  function answerUnserved(request: IncomingMessage, response: ServerResponse, path: string, rawQuery: string): void {
    const { method = 'GET', headers } = request;
    const answer = routes.unserved({ method, path, rawQuery, headers });
    sendAnswer(response, answer, { isLast: true, ...corsHeaders(cors, request) });
  }

  function answerRoot(request: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = request;
    if (method === 'OPTIONS') {
      const preflight = cors.preflight(request);
      if (preflight === undefined) sendAllowed(response, 204, ROOT_METHODS);
      else response.writeHead(204, [...Object.entries(PLAIN_HEADERS).flat(), ...preflight]).end();
    } else if (isAwsRequest(headers, '')) answerUnserved(request, response, '/', '');
    else if (method === 'GET' || method === 'HEAD') {
      response.writeHead(303, { ...PLAIN_HEADERS, Location: START_PATH }).end();
    } else sendAllowed(response, 405, ROOT_METHODS);
  }

  return (request, response) => {
    const isRepetitive = hasRepeatedHeaders(request);
    if (!normalizeTarget(request) || (isRepetitive && hasSeveralHosts(request.rawHeaders))) {
      return answerBadTarget(request, response);
    }
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const rawQuery = mark === -1 ? '' : url.slice(mark + 1);
    const probe = path === '/' ? undefined : probes.get(withoutSlash(path));
    const { host } = request.headers;
    const isOurs = isOurHost === undefined || isOurHost(host);
    if (probe !== undefined && (isOurs || isAddress(host) || path === '/healthz')) {
      return answerProbe(request, response, probe);
    }
    if (!isOurs) return sendPlain(response, 421, 'this server does not serve that host: see server.allowedHosts\n');
    const isRoot = path === '/' || /^\/+$/.test(path);
    if (isRoot && isCall(routes, request, mark !== -1)) {
      const headers = isRepetitive ? signedHeaders(request) : request.headers;
      return answerWire(request, response, { path, rawQuery, headers });
    }
    if (isRoot) return answerRoot(request, response);
    if (routes.files(request, response, path)) return;
    if (isAwsRequest(request.headers, rawQuery)) return answerUnserved(request, response, path, rawQuery);
    replaceForwardingHeaders(request, routes.trustedProxies);
    if (routes.certificateHeaders !== undefined) removeCertificateHeaders(request, routes.certificateHeaders);
    routes.pages(request, response);
  };
}

/** Whether a request to `/` is for the wire API. */
function isCall({ servesTarget }: Routes, { method, headers }: IncomingMessage, hasQuery: boolean): boolean {
  if (method === 'POST') return headers['x-amz-target'] === undefined || servesTarget(headers);
  return hasQuery && method !== 'OPTIONS';
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function corsHeaders(cors: Cors, { headers }: IncomingMessage): { headers?: readonly string[] } {
  return headers.origin === undefined ? {} : { headers: cors.answer(headers.origin) };
}

function answerBadTarget({ method, url }: IncomingMessage, response: ServerResponse): void {
  if (method === 'OPTIONS' && url === '*') sendAllowed(response, 204, ROOT_METHODS);
  else
    sendPlain(response, 400, 'the request target must be a path or an http URL, and there must be one Host header\n');
}

function answerProbe({ method }: IncomingMessage, response: ServerResponse, probe: Answer): void {
  if (method === 'GET' || method === 'HEAD') probe(response);
  else sendAllowed(response, method === 'OPTIONS' ? 204 : 405, READ_METHODS);
}

/** The paths that probes and Prometheus request. */
function probeAnswers(routes: Routes): ReadonlyMap<string, Answer> {
  return new Map<string, Answer>([
    ['/healthz', (response) => sendPlain(response, 200, 'ok\n')],
    ['/readyz', (response) => void routes.ready().then(({ ok, text }) => sendPlain(response, ok ? 200 : 503, text))],
    [
      '/readyz/calls',
      (response) =>
        void routes.ready().then(({ ok, servesCalls, text }) => {
          sendPlain(response, servesCalls ? 200 : 503, servesCalls && !ok ? `degraded\n${text}` : text);
        }),
    ],
    [
      '/metrics',
      (response) =>
        void routes.metrics().then(
          ({ contentType, text }) => sendPlain(response, 200, text, contentType),
          (error: unknown) => {
            routes.fault(error);
            sendPlain(response, 500, 'the metrics cannot be read; see the log\n');
          },
        ),
    ],
  ]);
}

/** The part of a request that is known before its body. */
type ReadHead = Pick<WireRequest, 'path' | 'rawQuery' | 'headers'>;

/** Answers wire API requests. If nothing has to be awaited, the answer is sent in the same turn in which the request is complete. */
function wireAnswerer(routes: Routes, cors: Cors) {
  const readBody = bodyReader();
  const senderOf = senderReader(routes.trustedProxies);
  const { clientCertificate: certificate } = routes;
  return (request: IncomingMessage, response: ServerResponse, { path, rawQuery, headers }: ReadHead): void => {
    const { method = 'GET' } = request;
    const extras = request.headers.origin === undefined ? undefined : corsHeaders(cors, request);
    const giveUp = (error: unknown): void => {
      // The connection broke, or our code failed: no answer can be sent.
      response.destroy();
      if (!request.destroyed) routes.fault(error);
    };
    const answerBody = (body: Buffer): void => {
      const { ip, secure } = senderOf(request);
      const answer = routes.wire({
        method,
        path,
        rawQuery,
        headers,
        body,
        bodyHash: undefined,
        ip,
        secure,
        clientCertificate: certificate && (() => certificate(request)),
      });
      if (answer instanceof Promise) answer.then((made) => sendAnswer(response, made, extras)).catch(giveUp);
      else sendAnswer(response, answer, extras);
    };
    readBody(request, (body) => {
      try {
        if (body === 'too-large')
          sendAnswer(response, routes.tooLarge({ method, headers }), { ...extras, isLast: true });
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
  sendPlain(response, 503, 'too many large requests are being sent at once: try again shortly\n');
}
