import { type IncomingMessage, ServerResponse } from 'node:http';

/**
 * Creates the class of the server's responses. Once `isClosing` returns true, every response sends `Connection: close`, so that a client
 * with a busy connection moves to another server instead of getting a reset. This includes responses to requests already in progress.
 */
export function closingResponse(isClosing: () => boolean): typeof ServerResponse {
  return class ClosingResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    // The overloads of Node's method: all arguments are passed through unchanged.
    override writeHead(...args: [statusCode: number]): this {
      if (isClosing()) this.shouldKeepAlive = false;
      return super.writeHead(...args);
    }
  };
}
