import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { until } from '../support/until.ts';

let server: RunningServer | undefined;
afterEach(() => server?.stop());

const CALLBACK = 'https://late.example/cb';
const LATE = { client_id: 'late', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };

async function authorize({ url }: RunningServer): Promise<number> {
  const query = new URLSearchParams({
    client_id: 'late',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  return (await fetch(`${url}/oidc/auth?${query}`, { redirect: 'manual' })).status;
}

const linesOf = ({ process }: RunningServer): string[] => (process?.stdout() ?? '').split('\n');

describe('SIGHUP', () => {
  test.each(['1', '2'])(
    'with %s process(es), applies the clients and the log level, and names what needs a restart',
    async (workers) => {
      server = await startServer({ config: {}, env: { ROLECALL_WORKERS: workers } });
      const running = server;
      const said = (message: string) => linesOf(running).filter((line) => line.includes(message));
      // Each worker reads the configuration when it starts.
      await until(() => said('"listening"').length === Number(workers));
      expect(await authorize(running)).toBe(400);
      const path = join(running.process?.directory ?? '', 'config.json');
      writeFileSync(path, JSON.stringify({ oidc: { clients: [LATE] }, passwords: { threads: 3 } }));
      running.process?.child.kill('SIGHUP');
      await until(() => said('need a restart').length === Number(workers));
      expect(said('need a restart')[0]).toContain('"settings":["passwords.threads"]');
      expect(await authorize(running)).toBe(303);
      writeFileSync(path, '{');
      running.process?.child.kill('SIGHUP');
      await until(() => said('the configuration is invalid').length === Number(workers));
      expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    },
  );
});
