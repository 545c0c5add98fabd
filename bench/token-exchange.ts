import { startServer } from '../harness/start-server.ts';
import type { Bench } from './bench.ts';
import { measureRate } from './load.ts';
import { logIn } from './stores/log-in.ts';
import { APP, prepareTarget } from './stores/target.ts';
import { mainThreadCpu } from './thread-cpu.ts';
import { MACHINE_CONFIG, tokenRequest } from './token.ts';

/** Exchanging a person's access token for one of another service (RFC 8693, ES256), compared with a machine token of the same server. */

const SERVICE = { client_id: 'bench-service', client_secret: 'a secret of the bench, forty characters' } as const;
const RESOURCE = 'https://next.example';
// Few, because the answers of a round that is shorter than a batch of the store would not be counted.
const CONNECTIONS = 10;
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const CONFIG = {
  oidc: {
    clients: [
      ...MACHINE_CONFIG.oidc.clients,
      APP,
      {
        ...SERVICE,
        grant_types: [EXCHANGE],
        response_types: [],
        redirect_uris: [],
        resources: [{ resource: RESOURCE, scopes: ['openid', 'profile'] }],
        token_exchange: { subjects: [{ client_id: APP.client_id }] },
      },
    ],
  },
  server: { trustedProxies: ['127.0.0.1'] },
};

function exchangeRequest(port: number, token: string): Buffer {
  const body = new URLSearchParams({
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource: RESOURCE,
  }).toString();
  const secret = Buffer.from(`${SERVICE.client_id}:${encodeURIComponent(SERVICE.client_secret)}`).toString('base64');
  const head = [
    'POST /oidc/token HTTP/1.1',
    `host: localhost:${port}`,
    `authorization: Basic ${secret}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

export const benches: readonly Bench[] = [
  {
    name: 'token-exchange',
    against: 'client credentials',
    roundMs: 1000,
    rounds: 9,
    async prepare() {
      const flags = process.env['ROLECALL_BENCH_NODE_FLAGS']?.split(' ') ?? [];
      const server = await startServer({ nodeFlags: flags, config: CONFIG });
      const target = await prepareTarget(server);
      const [person] = target.people;
      if (person === undefined) throw new Error('there is nobody to sign in');
      const { access_token: token } = await logIn(target, person);
      const port = Number(new URL(server.url).port);
      const pid = server.process?.child.pid;
      const variant = (request: Buffer) => ({
        kind: 'rate' as const,
        cpu: () => (pid === undefined ? undefined : mainThreadCpu(pid)),
        measure: (ms: number) =>
          measureRate({ host: '127.0.0.1', port, connections: CONNECTIONS, requests: [request], staysAwake: true }, ms),
      });
      return {
        variants: {
          exchange: variant(exchangeRequest(port, token)),
          'client credentials': variant(tokenRequest(port, '/oidc/token')),
        },
        tearDown: () => server.stop(),
      };
    },
  },
];
