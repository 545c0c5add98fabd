import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The least that a Node server can do: read the request body and send a given number of bytes. */
const PROGRAM = `
const { createServer } = require('node:http');
const body = 'x'.repeat(Number(process.argv[1]));
const headers = { 'Content-Type': 'text/xml', 'Content-Length': body.length, 'x-amzn-RequestId': 'bare' };
const server = createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => response.writeHead(200, headers).end(body));
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

/** Starts a bare `node:http` server in a separate process. */
export async function startBareServer(
  answerBytes: number,
): Promise<{ port: number; pid: number | undefined; stop(): void }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', PROGRAM, String(answerBytes)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { port, pid: child.pid, stop: () => child.kill() };
}
