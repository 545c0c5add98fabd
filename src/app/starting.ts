import type { RequestListener, ServerResponse } from 'node:http';
import { renderErrorPage } from '../http/error-page.ts';
import { say } from '../http/messages/say.ts';
import { viewOf } from '../http/page-view.ts';
import { REQUEST_ID_HEADER, requestIdMaker } from '../http/request-id.ts';
import { securityHeaders, setHeaders } from '../http/security-headers.ts';
import type { Random } from '../kernel/random.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { ISSUER_PATH } from '../oidc/own-client.ts';
import { openProtocols } from '../operations/choose-protocol.ts';
import { errorAnswer } from '../operations/errors/error-answer.ts';
import type { Readiness } from './stores/readiness.ts';

export interface StartingDependencies {
  readonly random: Random;
  /** Whether the public URL uses https. */
  readonly secure: boolean;
  /** The state reported by `/readyz`. During the start, the server is never ready, even if all stores answer. */
  readonly readiness: () => Promise<Readiness>;
}

/** Seconds after which clients should retry. */
const RETRY_AFTER = '2';
const MESSAGE = 'The service is starting and cannot reach its store yet: try again shortly.';

/**
 * Answers until the server can serve: that it is alive, what it is waiting for, and otherwise 503 in the format that the client expects.
 */
export function startingListener({ random, secure, readiness }: StartingDependencies): RequestListener {
  // There are no forms here, and a pop-up opened by an app must not lose its opener by arriving too early.
  const headers = securityHeaders({ leads: 'apps', secure });
  const protocols = openProtocols([]);
  const nextRequestId = requestIdMaker(random);
  return (request, response) => {
    const requestId = nextRequestId();
    setHeaders(response, headers);
    const url = request.url ?? '/';
    const [path = '/'] = url.split('?', 1);
    if (path === '/healthz') return send(response, 200, { type: 'text/plain', body: 'ok\n' });
    if (path === '/readyz' || path === '/readyz/calls') {
      void readiness().then(({ text }) => send(response, 503, { type: 'text/plain', body: `starting\n${text}` }));
      return;
    }
    response.setHeader('Retry-After', RETRY_AFTER);
    if (path === '/' && (request.method === 'POST' || url.includes('?'))) {
      const { method = 'GET', headers } = request;
      const error = new ServiceError('ServiceUnavailable', MESSAGE);
      const answer = errorAnswer(error, protocols.of({ method, headers }), { requestId, service: 'iam', headers });
      if (answer.errorType !== undefined) response.setHeader('x-amzn-ErrorType', answer.errorType);
      return send(response, answer.status, { type: answer.contentType, body: answer.body });
    }
    response.setHeader(REQUEST_ID_HEADER, requestId);
    if (path.startsWith(`${ISSUER_PATH}/`) && !request.headers.accept?.includes('text/html')) {
      const body = JSON.stringify({ error: 'temporarily_unavailable', error_description: MESSAGE });
      return send(response, 503, { type: 'application/json', body });
    }
    const body = renderErrorPage(
      { title: say('frame.starting'), message: MESSAGE, code: 'ServiceUnavailable', requestId },
      viewOf({ req: request }),
    );
    send(response, 503, { type: 'text/html', body });
  };
}

function send(response: ServerResponse, status: number, { type, body }: { type: string; body: string }): void {
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
