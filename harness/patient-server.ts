import { createServer, type RequestListener, type Server } from 'node:http';

/**
 * A server without time limits of its own. On a busy machine a client reuses a connection after more than the five seconds that Node keeps
 * one that is idle, and would meet a reset.
 */
export function patientServer(listener?: RequestListener): Server {
  return createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }, listener);
}
