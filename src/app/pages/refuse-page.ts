import type { RequestListener } from 'node:http';
import { renderErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { viewOf } from '../../http/page-view.ts';
import { REQUEST_ID_HEADER, requestIdMaker } from '../../http/request-id.ts';
import { securityHeaders, setHeaders } from '../../http/security-headers.ts';
import type { Random } from '../../kernel/random.ts';

/** Seconds; as the page says. */
const RETRY_AFTER = '10';

/** The answer to a request for a page that there is no room for. It reads no store. */
export function pageRefusal({
  random,
  secure,
}: {
  readonly random: Random;
  readonly secure: boolean;
}): RequestListener {
  const headers = securityHeaders({ leads: 'apps', secure });
  const nextRequestId = requestIdMaker(random);
  return (request, response) => {
    const requestId = nextRequestId();
    setHeaders(response, headers);
    const page = {
      title: say('frame.busy'),
      message: say('frame.tooManyPeople'),
      code: 'ServiceUnavailable',
      requestId,
    };
    const body = renderErrorPage(page, viewOf({ req: request }));
    response.writeHead(503, {
      [REQUEST_ID_HEADER]: requestId,
      'Retry-After': RETRY_AFTER,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}
