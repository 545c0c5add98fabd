import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import {
  clientAddress,
  isSecure,
  replaceForwardingHeaders,
  senderReader,
  trustedProxies,
} from '../../src/http/client-address.ts';

function request(remoteAddress: string, headers: Record<string, string> = {}, encrypted = false): IncomingMessage {
  return { socket: { remoteAddress, encrypted }, headers } as unknown as IncomingMessage;
}
const PROXIES = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'];

describe('[S49] the client’s address', () => {
  test.each([
    ['no proxies: the socket’s', [], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a stranger’s header is not believed', PROXIES, '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a proxy’s is', PROXIES, '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['what the client made up before is not', PROXIES, '10.1.2.3', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['through several proxies', PROXIES, '10.1.2.3', '6.6.6.6, 198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['only proxies: the farthest', PROXIES, '10.1.2.3', '10.9.9.9, 192.0.2.7', '10.9.9.9'],
    ['nonsense ends the walk', PROXIES, '10.1.2.3', '198.51.100.1, unknown', '10.1.2.3'],
    ['an empty header', PROXIES, '10.1.2.3', '', '10.1.2.3'],
    ['a link-local address with its zone', PROXIES, 'fe80::1%eth0', '', 'fe80::1'],
    ['a link-local address with its zone, by a proxy', PROXIES, '10.1.2.3', 'fe80::1%eth0', 'fe80::1'],
    ['IPv4 in IPv6', PROXIES, '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['IPv6', PROXIES, 'fd00::1', '2001:db8::5', '2001:db8::5'],
  ])('%s', (_, proxies, peer, header, expected) => {
    const trusted = trustedProxies(proxies);
    expect(clientAddress(request(peer, { 'x-forwarded-for': header }), trusted)).toBe(expected);
  });

  test('is the only address in the headers afterwards', () => {
    const headers: Record<string, string> = {
      'x-forwarded-for': '6.6.6.6, 198.51.100.1',
      'x-forwarded-proto': 'http, https',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=6.6.6.6',
    };
    replaceForwardingHeaders(request('10.1.2.3', headers), trustedProxies(PROXIES));
    expect(headers).toEqual({ 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' });
    const forged = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'https' };
    replaceForwardingHeaders(request('203.0.113.9', forged), trustedProxies(PROXIES));
    expect(forged).toEqual({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' });
  });

  test('our own TLS needs no header', () => {
    expect(isSecure(request('203.0.113.9', {}, true), trustedProxies([]))).toBe(true);
    expect(isSecure(request('10.1.2.3', { 'x-forwarded-proto': 'http' }), trustedProxies(PROXIES))).toBe(false);
  });

  test('behind a proxy, each request on one connection has the sender that its own headers name', () => {
    const { socket } = request('10.1.2.3');
    const of = (header: string) => ({ socket, headers: { 'x-forwarded-for': header } }) as unknown as IncomingMessage;
    const behindProxy = senderReader(trustedProxies(PROXIES));
    expect(behindProxy(of('198.51.100.1'))).toEqual({ ip: '198.51.100.1', secure: false });
    expect(behindProxy(of('198.51.100.2'))).toEqual({ ip: '198.51.100.2', secure: false });
    const direct = senderReader(trustedProxies([]));
    expect([direct(of('198.51.100.1')), direct(of('198.51.100.2'))]).toEqual(
      Array.from({ length: 2 }, () => ({ ip: '10.1.2.3', secure: false })),
    );
  });

  test('[performance] whether a peer is a known proxy is checked once per connection', () => {
    const trusted = trustedProxies(PROXIES);
    let asked = 0;
    const socket = {
      get remoteAddress() {
        asked++;
        return '10.1.2.3';
      },
    };
    const of = (header: string) => ({ socket, headers: { 'x-forwarded-for': header } }) as unknown as IncomingMessage;
    const senderOf = senderReader(trusted);
    for (let n = 1; n < 100; n++) expect(senderOf(of(`198.51.100.${n}`)).ip).toBe(`198.51.100.${n}`);
    expect(asked).toBe(1);
  });

  test('many addresses do not evict anything that matters', () => {
    const trusted = trustedProxies(PROXIES);
    const addresses = Array.from({ length: 3000 }, (_, n) => `203.0.${n >> 8}.${n & 255}`);
    for (const address of [...addresses, ...addresses]) expect(trusted.has(address)).toBe(false);
    expect(['10.1.2.3', '192.0.2.7', 'nonsense'].map(trusted.has)).toEqual([true, true, false]);
  });
});
