import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInAnswer {
  readonly status?: number;
  readonly body: object | string;
}

/** What a request was: its path, and its form. */
export interface StandInRequest {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** A stand-in for a server, for answers that a real one does not give, or not on demand. */
export async function standInServer(answer: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { authorization } = request.headers;
    const given = await answer({ path: request.url ?? '', form: new URLSearchParams(text), authorization });
    response.writeHead(given.status ?? 200, { 'Content-Type': 'application/json' });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
