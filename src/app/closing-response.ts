import { type IncomingMessage, ServerResponse } from 'node:http';

/**
 * Makes the class of the server's answers: once `isClosing`, each says `Connection: close`, so that a client that keeps its
 * connection busy moves to another server instead of meeting a reset. Also the answers whose requests were under way before.
 */
export function closingResponse(isClosing: () => boolean): typeof ServerResponse {
  return class ClosingResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    // The overloads of Node's method: all are handed on as they come.
    override writeHead(...args: [statusCode: number]): this {
      if (isClosing()) this.shouldKeepAlive = false;
      return super.writeHead(...args);
    }
  };
}
