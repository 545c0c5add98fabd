import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { exportJWK, importX509 } from 'jose';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, CLIENT, openTestAuthorities } from '../../harness/test-authority.ts';
import { openMutualTls } from '../../src/app/login/mutual-tls.ts';
import { clientCertificateSettingsShape } from '../../src/app/settings/client-certificate-settings.ts';
import { trustedProxies } from '../../src/http/client-address.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const directory = temporaryDirectory();
const { at, issue, revocationList } = openTestAuthorities(directory.path);

export { at };
export const MTLS_URL = 'https://mtls.example';
export const CALLBACK = 'https://app.example/callback';
const names =
  'subjectAltName=DNS:Orders.example,URI:spiffe://example/orders,IP:10.1.2.3,IP:2001:db8::1,email:Ops@Example.org';

/** The certificates, in DER. */
export const der = new Map<string, Buffer>();
export let installation: Installation;

function certificate(name: string, issuer: string | undefined, options: Parameters<typeof issue>[2] = {}): void {
  der.set(name, new X509Certificate(issue(name, issuer, options).pem).raw);
}
export const b64 = (name: string): string => der.get(name)?.toString('base64') ?? '';
export const rfc9440 = (name: string): string => `:${b64(name)}:`;

export function machine(clientId: string, metadata: Record<string, unknown>) {
  const flow = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
  return {
    accountId: ACCOUNT,
    clientId,
    metadata: { ...flow, token_endpoint_auth_method: 'tls_client_auth', ...metadata },
  };
}
export const selfSigned = async (...certificates: readonly string[]) => ({
  keys: await Promise.all(
    certificates.map(async (name) => {
      const key = await importX509(new X509Certificate(der.get(name) as Buffer).toString(), 'ES256', {
        extractable: true,
      });
      // As the keys of the configuration file are.
      return Object.freeze({ ...(await exportJWK(key)), x5c: [b64(name)] });
    }),
  ),
});

/** Issues the certificates and starts a server whose clients use them. */
export async function begin(): Promise<void> {
  certificate('root', undefined, { subject: '/CN=Root', extensions: authority() });
  certificate('orders', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders', extensions: [...CLIENT, names] });
  certificate('renewed', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders', extensions: [...CLIENT, names] });
  certificate('other', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=other' });
  certificate('no-purpose', 'root', { extensions: ['basicConstraints=CA:false', 'subjectAltName=DNS:orders.example'] });
  certificate('server-only', 'root', {
    extensions: ['extendedKeyUsage=serverAuth', 'subjectAltName=DNS:orders.example'],
  });
  certificate('revoked', 'root', { extensions: [...CLIENT, 'subjectAltName=DNS:orders.example'] });
  certificate('wrong-root', undefined, { subject: '/CN=Root', extensions: authority() });
  certificate('forged', 'wrong-root', {
    subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders',
    extensions: [...CLIENT, names, 'authorityKeyIdentifier=none'],
  });
  certificate('self', undefined, { subject: '/CN=self', extensions: authority() });
  certificate('self-next', undefined, { subject: '/CN=self' });
  certificate('self-other', undefined, { subject: '/CN=self' });
  writeFileSync(at('lists.pem'), revocationList('root', [{ certFile: at('revoked.pem'), keyFile: '', pem: '' }]));
  const code = {
    redirect_uris: [CALLBACK],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    tls_client_certificate_bound_access_tokens: true,
  };
  const san = { tls_client_auth_san_dns: 'orders.example' };
  installation = await started({}, [
    machine('dns', san),
    machine('uri', { tls_client_auth_san_uri: 'spiffe://example/orders' }),
    machine('ip', { tls_client_auth_san_ip: '2001:DB8:0::1' }),
    machine('email', { tls_client_auth_san_email: 'Ops@example.ORG' }),
    machine('email-case', { tls_client_auth_san_email: 'ops@example.org' }),
    machine('bound', { ...san, tls_client_certificate_bound_access_tokens: true }),
    machine('self', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: await selfSigned('self', 'self-next'),
    }),
    machine('app', { ...code, ...san }),
    machine('exchanger', {
      ...code,
      ...san,
      grant_types: [...code.grant_types, 'urn:ietf:params:oauth:grant-type:token-exchange'],
      token_exchange: {},
    }),
    machine('public', { ...code, token_endpoint_auth_method: 'none' }),
    {
      ...machine('secret', { ...code, token_endpoint_auth_method: 'client_secret_basic' }),
      clientSecret: 'a secret of sixteen',
    },
  ]);
  await installation.addUser('alice');
}

export async function end(): Promise<void> {
  await installation.close();
  directory.remove();
}

interface Arrangement {
  readonly settings?: Record<string, unknown>;
  readonly proxies?: readonly string[];
  /** `null`: the public URL. */
  readonly mtlsUrl?: string | null;
}

export function started(
  { settings = {}, proxies = ['127.0.0.1'], mtlsUrl = MTLS_URL }: Arrangement,
  clients: Parameters<Installation['seedClients']>[0] = [machine('dns', { tls_client_auth_san_dns: 'orders.example' })],
): Promise<Installation> {
  const clientCertificates = clientCertificateSettingsShape.parse({
    header: 'Client-Cert',
    caFile: at('root.pem'),
    crlFile: at('lists.pem'),
    ...settings,
  });
  const mutualTls = openMutualTls(
    { clientCertificates, mtlsUrl: mtlsUrl ?? undefined },
    { proxies: trustedProxies(proxies), clock: systemClock, onFault: (error) => expect(error).toBeUndefined() },
  );
  return install({ clients, mutualTls });
}

interface Outcome {
  readonly status: number;
  readonly [member: string]: unknown;
}
export async function ask(
  clientId: string,
  headers: Record<string, string> | undefined,
  form: Record<string, string> = {},
  at = installation,
): Promise<Outcome> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, ...form });
  const answer = await fetch(`${at.issuer.href}/token`, { method: 'POST', body, ...(headers && { headers }) });
  return { status: answer.status, ...((await answer.json()) as object) };
}
export const by = (name: string) => ({ 'client-cert': rfc9440(name) });

export const metadataOf = async ({ issuer }: Installation): Promise<Record<string, unknown>> =>
  (await (await fetch(`${issuer.href}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
