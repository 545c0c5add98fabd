import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { install } from './installation.ts';
import {
  ask,
  b64,
  begin,
  by,
  der,
  end,
  installation,
  MTLS_URL,
  machine,
  metadataOf,
  rfc9440,
  selfSigned,
  started,
} from './mutual-tls-scene.ts';

beforeAll(begin);
afterAll(end);

describe('[S09] the header', () => {
  test.each([
    ['rfc9440', () => rfc9440('orders')],
    ['pem', () => encodeURIComponent(new X509Certificate(der.get('orders') as Buffer).toString())],
    ['base64', () => b64('orders')],
    [
      'xfcc',
      () =>
        `By=spiffe://x;Hash=00;Cert="${encodeURIComponent(new X509Certificate(der.get('orders') as Buffer).toString())}";Subject="CN=\\"a,b;c\\"";URI=`,
    ],
  ])('in the format %s', async (headerFormat, value) => {
    const other = await started({ settings: { headerFormat } });
    expect((await ask('dns', { 'client-cert': value() }, {}, other)).status).toBe(200);
    const wrong = headerFormat === 'rfc9440' ? b64('orders') : rfc9440('orders');
    const refused = await ask('dns', { 'client-cert': wrong }, {}, other);
    expect(refused).toMatchObject({
      status: 401,
      error_description: expect.stringContaining(`in the format ${headerFormat}`),
    });
    await other.close();
  });

  test('of Envoy with the certificates of two hops is refused: the client may have sent one', async () => {
    const other = await started({ settings: { headerFormat: 'xfcc' } });
    const one = (name: string) =>
      `Cert="${encodeURIComponent(new X509Certificate(der.get(name) as Buffer).toString())}"`;
    for (const value of [`${one('orders')},${one('other')}`, `${one('other')};${one('orders')}`]) {
      expect((await ask('dns', { 'client-cert': value }, {}, other)).status).toBe(401);
    }
    await other.close();
  });

  test('[S49] from an address that is not a trusted proxy is ignored, and the error says so', async () => {
    const other = await started({ proxies: ['10.0.0.0/8'] });
    const refused = await ask('dns', by('orders'), {}, other);
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(refused['error_description']).toContain('did not come from a proxy in server.trustedProxies');
    await other.close();
  });

  test('with the verdict of the proxy: only SUCCESS, once', async () => {
    const settings = { verifiedHeader: 'Client-Verify', caFile: undefined, crlFile: undefined };
    const other = await started({ settings });
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(200);
    for (const verdict of [
      'FAILED:unable to get local issuer certificate',
      'NONE',
      '',
      'SUCCESS, SUCCESS',
      'success',
    ]) {
      expect((await ask('dns', { ...by('forged'), 'client-verify': verdict }, {}, other)).status).toBe(401);
    }
    expect((await ask('dns', by('orders'), {}, other)).status).toBe(401);
    await other.close();
  });

  test('with the verdict of the proxy and a bundle of our own: both decide', async () => {
    const other = await started({ settings: { verifiedHeader: 'Client-Verify' } });
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(200);
    expect((await ask('dns', { ...by('forged'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(401);
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'NONE' }, {}, other)).status).toBe(401);
    await other.close();
  });

  test('where nothing verifies authorities, tls_client_auth is not offered', async () => {
    const self = machine('self', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: await selfSigned('self'),
    });
    const other = await started({ settings: { caFile: undefined, crlFile: undefined } }, [self]);
    expect((await ask('self', by('self'), {}, other)).status).toBe(200);
    const metadata = await metadataOf(other);
    expect(metadata['token_endpoint_auth_methods_supported']).toContain('self_signed_tls_client_auth');
    expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('tls_client_auth');
    await expect(other.seedClients([machine('dns', { tls_client_auth_san_dns: 'a.example' })])).rejects.toThrow(
      /token_endpoint_auth_method/,
    );
    await other.close();
  });
});

describe('[RFC 8705 §3.3, §5] the discovery document', () => {
  test('has the methods and the endpoints at the other URL', async () => {
    const metadata = await metadataOf(installation);
    expect(metadata['tls_client_certificate_bound_access_tokens']).toBe(true);
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    );
    const aliases = metadata['mtls_endpoint_aliases'] as Record<string, string>;
    expect(aliases).toMatchObject({
      token_endpoint: `${MTLS_URL}/oidc/token`,
      revocation_endpoint: `${MTLS_URL}/oidc/token/revocation`,
      introspection_endpoint: `${MTLS_URL}/oidc/token/introspection`,
      device_authorization_endpoint: `${MTLS_URL}/oidc/device/auth`,
      pushed_authorization_request_endpoint: `${MTLS_URL}/oidc/request`,
      userinfo_endpoint: `${MTLS_URL}/oidc/me`,
    });
    expect(aliases).not.toHaveProperty('authorization_endpoint');
    expect(metadata['token_endpoint']).toBe(`${installation.issuer.href}/token`);
  });

  test('has nothing of it on a server to which no certificate can come', async () => {
    const plain = await install({});
    const metadata = await metadataOf(plain);
    expect(metadata).not.toHaveProperty('tls_client_certificate_bound_access_tokens');
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases');
    expect(metadata).not.toHaveProperty('rolecall_client_certificate_endpoint');
    expect(String(metadata['token_endpoint_auth_methods_supported'])).not.toContain('tls');
    expect((await fetch(`${plain.issuer.href}/client-certificate`)).status).toBe(404);
    await plain.close();
  });

  test('has no aliases where the public URL itself asks for certificates', async () => {
    const other = await started({ mtlsUrl: null });
    const metadata = await metadataOf(other);
    expect(metadata['tls_client_certificate_bound_access_tokens']).toBe(true);
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases');
    await other.close();
  });
});

describe('the self-test', () => {
  const report = async (headers: Record<string, string>, at = installation) =>
    (await (await fetch(`${at.issuer.href}/client-certificate`, { headers })).json()) as Record<string, unknown>;

  test('shows which certificate arrived, under the names of the client metadata', async () => {
    expect(await report(by('orders'))).toMatchObject({
      presented: true,
      arrived_by: 'header',
      tls_client_auth_subject_dn: expect.stringMatching(
        /^(?:OU=Shop\+CN=orders|CN=orders\+OU=Shop),O=Acme\\, Inc\.,C=DE$/,
      ),
      tls_client_auth_san_dns: ['Orders.example'],
      tls_client_auth_san_uri: ['spiffe://example/orders'],
      tls_client_auth_san_ip: ['10.1.2.3', '2001:db8::1'],
      tls_client_auth: 'accepted',
    });
    expect(await report(by('forged'))).toMatchObject({ tls_client_auth: expect.stringContaining('trusted authority') });
  });

  test('says why none arrived', async () => {
    expect(await report({})).toEqual({
      presented: false,
      reason: expect.stringContaining('no client certificate was presented'),
    });
    const other = await started({ proxies: ['10.0.0.1'] });
    expect(await report(by('orders'), other)).toEqual({
      presented: false,
      reason: expect.stringContaining('server.trustedProxies'),
    });
    await other.close();
  });

  test('takes no other method', async () => {
    expect((await fetch(`${installation.issuer.href}/client-certificate`, { method: 'POST' })).status).toBe(405);
  });
});
