import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { outboundFetch } from '../../src/http/outbound-fetch.ts';
import { isSpecialAddress } from '../../src/http/special-addresses.ts';

let server: Server;
let url: string;
const seen: string[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url} ${body}`);
    if (request.url === '/redirect') response.writeHead(302, { location: '/target' }).end();
    else if (request.url === '/nothing') response.writeHead(204).end();
    else if (request.url === '/large') response.end('x'.repeat(2000));
    else if (request.url === '/never') return;
    else response.setHeader('x-seen', 'yes').end(`got ${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** So long that only what hangs takes it. */
const timeoutMs = 120_000;
const open = outboundFetch({ allowPrivate: true, limit: 1000, timeoutMs });
const closed = outboundFetch({ allowPrivate: false, limit: 1000, timeoutMs });
const impatient = outboundFetch({ allowPrivate: true, limit: 1000, timeoutMs: 300 });

describe('[S47] requests to addresses chosen by others', () => {
  test('return the answer', async () => {
    const answer = await open(`${url}/x`, {
      method: 'POST',
      body: new URLSearchParams({ a: '1' }),
      headers: { accept: 'x' },
    });
    expect(await answer.text()).toBe('got a=1');
    expect(answer.headers.get('x-seen')).toBe('yes');
    expect((await open(`${url}/nothing`)).status).toBe(204);
  });

  test('do not follow redirects', async () => {
    expect((await open(`${url}/redirect`)).status).toBe(302);
    expect(seen).not.toContain('GET /target ');
  });

  test('are limited in size and time', async () => {
    await expect(open(`${url}/large`)).rejects.toThrow();
    await expect(impatient(`${url}/never`)).rejects.toThrow();
  });

  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
    'http://0.0.0.0',
    'http://2130706433',
    'http://0x7f.1',
    'http://127.1',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://169.254.169.254',
    'http://10.0.0.1',
    'http://[64:ff9b::7f00:1]',
  ])('do not reach private addresses: %s', async (host) => {
    const { port } = server.address() as AddressInfo;
    const before = seen.length;
    await expect(closed(`${host}:${port}/secret`)).rejects.toThrow();
    expect(seen).toHaveLength(before);
  });

  test('support only http and https', async () => {
    await expect(open('file:///etc/passwd')).rejects.toThrow('file: URLs are not allowed');
  });

  test.each([
    ['93.184.215.14', false],
    ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', false],
    ['100.127.255.255', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['fd12::1', true],
    ['ff02::1', true],
    ['2002:7f00:1::', true],
  ])('%s is special: %s', (address, expected) => {
    expect(isSpecialAddress(address)).toBe(expected);
  });
});
