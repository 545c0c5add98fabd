import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * oidc-provider by itself, with its in-memory adapter, one client, and machine tokens signed with ES256. It rotates refresh tokens,
 * and prints some that were issued to one user.
 */
const PROGRAM = `
import { generateKeyPairSync } from 'node:crypto';
console.warn = console.info = () => {};
const { Provider } = await import('oidc-provider');
const [clientId, clientSecret, resource] = process.argv.slice(1);
const jwk = (privateKey, more) => ({ ...privateKey.export({ format: 'jwk' }), use: 'sig', ...more });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const provider = new Provider('http://localhost', {
  jwks: { keys: [jwk(ec, { alg: 'ES256', kid: 'bench-ec' }), jwk(rsa, { alg: 'RS256', kid: 'bench-rsa' })] },
  clients: [{ client_id: clientId, client_secret: clientSecret, grant_types: ['client_credentials', 'authorization_code', 'refresh_token'], redirect_uris: ['https://app.example/callback'] }],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.params.grant_type === 'client_credentials' ? resource : undefined),
      getResourceServerInfo: () => ({ scope: 'read', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'] },
  rotateRefreshToken: () => true,
  findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  ttl: { ClientCredentials: 600, AccessToken: 3600, RefreshToken: 1209600, Grant: 1209600, IdToken: 3600 },
});
provider.on('server_error', (ctx, error) => process.stderr.write(String(error.stack)));
const client = await provider.Client.find(clientId);
const refreshTokens = await Promise.all(Array.from({ length: 25 }, async (_, n) => {
  const accountId = 'person-' + n;
  const scope = 'openid profile offline_access';
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  const token = new provider.RefreshToken({ accountId, client, scope, grantId: await grant.save(), gty: 'authorization_code', authTime: Math.floor(Date.now() / 1000) });
  return await token.save();
}));
const server = provider.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, refreshTokens }));
`;

export interface LoneProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: string;
}

export interface LoneProvider {
  readonly port: number;
  readonly pid: number | undefined;
  readonly refreshTokens: readonly string[];
  stop(): void;
}

/** Starts oidc-provider alone in a separate process. Its token endpoint is `/token`. */
export async function startLoneProvider(options: LoneProviderOptions): Promise<LoneProvider> {
  const { clientId, clientSecret, resource } = options;
  const flags = process.env['ROLECALL_BENCH_ALONE_FLAGS']?.split(' ') ?? [];
  const child: ChildProcess = spawn(
    process.execPath,
    [...flags, '--input-type=module', '-e', PROGRAM, clientId, clientSecret, resource],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const [message] = (await once(child, 'message')) as [Pick<LoneProvider, 'port' | 'refreshTokens'>];
  return { ...message, pid: child.pid, stop: () => child.kill() };
}
