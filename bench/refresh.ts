import { startServer } from '../harness/start-server.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';
import { startLoneProvider } from './lone-provider.ts';
import { type Connection, lastingConnection } from './stores/connection.ts';
import { logIn, type Tokens, tokenRequest } from './stores/log-in.ts';
import { APP, prepareTarget } from './stores/target.ts';
import { processTreeCpu } from './thread-cpu.ts';

/** Chains of refresh tokens, each used to get the next, compared with oidc-provider alone and its in-memory adapter. */

/** The number of chains in progress on each server. Each request uses the token from the previous one. */
const CHAINS = 25;

interface Chain {
  readonly connection: Connection;
  refreshToken: string;
}

interface Server {
  readonly url: string;
  readonly path: string;
  readonly pid: number | undefined;
  readonly refreshTokens: readonly string[];
}

/** @param scope Determines which tokens are issued. */
function variant({ url, path, pid, refreshTokens }: Server, scope: string): Workload {
  const chains: Chain[] = refreshTokens.map((refreshToken) => ({ connection: lastingConnection(url), refreshToken }));
  const step = async (chain: Chain): Promise<void> => {
    const form = { grant_type: 'refresh_token', refresh_token: chain.refreshToken, scope };
    const answer = await chain.connection.exchange(tokenRequest({ url, path }, form));
    chain.refreshToken = (JSON.parse(answer.toString('utf8')) as Tokens).refresh_token;
  };
  return {
    kind: 'rate',
    cpu: () => (pid === undefined ? undefined : processTreeCpu(pid)),
    async measure(ms) {
      const started = performance.now();
      let answered = 0;
      const drive = async (chain: Chain): Promise<void> => {
        for (; performance.now() - started < ms; answered++) await step(chain);
      };
      await Promise.all(chains.map(drive));
      return (answered * 1000) / (performance.now() - started);
    },
  };
}

async function prepare(scope: string): Promise<PreparedBench> {
  const flags = process.env['ROLECALL_BENCH_NODE_FLAGS']?.split(' ') ?? [];
  const config = { oidc: { clients: [APP] }, server: { trustedProxies: ['127.0.0.1'] } };
  const server = await startServer({ nodeFlags: flags, config });
  const target = await prepareTarget(server);
  const alone = await startLoneProvider({
    clientId: APP.client_id,
    clientSecret: APP.client_secret,
    resource: 'https://service.example',
  });
  const refreshTokens: string[] = [];
  for (let n = 0; n < CHAINS; n++) {
    const person = target.people[n % target.people.length];
    if (person !== undefined) refreshTokens.push((await logIn(target, person)).refresh_token);
  }
  const ours = { url: server.url, path: '/oidc/token', pid: server.process?.child.pid, refreshTokens };
  const lone = { ...alone, url: `http://localhost:${alone.port}`, path: '/token' };
  return {
    variants: { rolecall: variant(ours, scope), 'oidc-provider alone': variant(lone, scope) },
    async tearDown() {
      alone.stop();
      await server.stop();
    },
  };
}

const ROUNDS = { roundMs: 250, rounds: 21 } as const;

export const benches: readonly Bench[] = [
  {
    name: 'refresh-opaque',
    against: 'oidc-provider alone',
    ...ROUNDS,
    // Without `openid` there is no ID token, and nothing to sign.
    prepare: () => prepare('profile'),
  },
  {
    name: 'refresh',
    against: 'oidc-provider alone',
    ...ROUNDS,
    prepare: () => prepare('openid profile'),
  },
];
