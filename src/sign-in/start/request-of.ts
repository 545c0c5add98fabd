import type { IncomingMessage } from 'node:http';
import type { BrowserRequest } from '../../operations/authentication/session.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';

/** A request of a browser, as operations see it. */
export function requestOf(
  { factsOf }: { readonly factsOf: (request: IncomingMessage) => RequestFacts },
  { req }: { readonly req: IncomingMessage },
): BrowserRequest {
  const { requestId, ip } = factsOf(req);
  return { requestId, ip, headers: req.headers };
}
