import { startServer } from '../harness/start-server.ts';
import type { Bench } from './bench.ts';
import { measureRate } from './load.ts';
import { startLoneProvider } from './lone-provider.ts';
import { mainThreadCpu } from './thread-cpu.ts';

/** Issuing a machine token (client_credentials, signed with ES256), compared with oidc-provider alone and its in-memory adapter. */

const RESOURCE = 'https://service.example';
const CLIENT = { clientId: 'bench-machine', clientSecret: 'a secret of the bench, forty characters' } as const;
const CONNECTIONS = 50;

/** The configuration that a server needs to answer {@link tokenRequest}. */
export const MACHINE_CONFIG = {
  oidc: {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        resources: [{ resource: RESOURCE, scopes: ['read'] }],
      },
    ],
  },
} as const;

/** A machine's token request. */
export function tokenRequest(port: number, path: string): Buffer {
  const body = 'grant_type=client_credentials&scope=read';
  const secret = Buffer.from(`${CLIENT.clientId}:${encodeURIComponent(CLIENT.clientSecret)}`).toString('base64');
  return Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      `host: localhost:${port}`,
      `authorization: Basic ${secret}`,
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
}

export const benches: readonly Bench[] = [
  {
    name: 'token-es256',
    against: 'oidc-provider alone',
    // Many short rounds, so that other load on the machine mostly affects both variants alike.
    roundMs: 250,
    rounds: 41,
    async prepare() {
      const flags = process.env['ROLECALL_BENCH_NODE_FLAGS'];
      const server = await startServer({
        nodeFlags: flags?.split(' ') ?? [],
        config: MACHINE_CONFIG,
      });
      const alone = await startLoneProvider({ ...CLIENT, resource: RESOURCE });
      const port = Number(new URL(server.url).port);
      const variant = (at: number, path: string, pid: number | undefined) => ({
        kind: 'rate' as const,
        cpu: () => (pid === undefined ? undefined : mainThreadCpu(pid)),
        measure: (ms: number) =>
          measureRate(
            {
              host: '127.0.0.1',
              port: at,
              connections: CONNECTIONS,
              requests: [tokenRequest(at, path)],
              staysAwake: true,
            },
            ms,
          ),
      });
      return {
        variants: {
          rolecall: variant(port, '/oidc/token', server.process?.child.pid),
          'oidc-provider alone': variant(alone.port, '/token', alone.pid),
        },
        async tearDown() {
          alone.stop();
          await server.stop();
        },
      };
    },
  },
];
