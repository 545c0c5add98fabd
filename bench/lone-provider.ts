import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** oidc-provider with nothing around it: its in-memory adapter, one client, tokens signed by ES256. */
const PROGRAM = `
import { generateKeyPairSync } from 'node:crypto';
console.warn = console.info = () => {};
const { Provider } = await import('oidc-provider');
const [clientId, clientSecret, resource] = process.argv.slice(1);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider = new Provider('http://localhost', {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  clients: [{ client_id: clientId, client_secret: clientSecret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' }],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({ scope: 'read', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  ttl: { ClientCredentials: 600 },
});
provider.on('server_error', (ctx, error) => process.stderr.write(String(error.stack)));
const server = provider.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

export interface LoneProviderOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: string;
}

/** Starts oidc-provider alone in a process of its own; its token endpoint is `/token`. */
export async function startLoneProvider(
  options: LoneProviderOptions,
): Promise<{ port: number; pid: number | undefined; stop(): void }> {
  const { clientId, clientSecret, resource } = options;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=module', '-e', PROGRAM, clientId, clientSecret, resource],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const [port] = (await once(child, 'message')) as [number];
  return { port, pid: child.pid, stop: () => child.kill() };
}
