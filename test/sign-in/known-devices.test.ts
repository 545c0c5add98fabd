import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { systemRandom } from '../../src/kernel/random.ts';
import { knownDevices } from '../../src/sign-in/known-devices.ts';

const devices = knownDevices({ random: systemRandom(), secure: false, secret: Buffer.alloc(32, 1) });
const others = knownDevices({ random: systemRandom(), secure: false, secret: Buffer.alloc(32, 2) });

/** Keeps a device's id, and at `/vouch` notes that somebody has signed in with it. */
const pages = new Koa().use((ctx) => {
  const id = devices.newId();
  devices.keep(ctx, id);
  if (ctx.path === '/vouch') devices.vouch(ctx, id);
  ctx.body = 'kept';
});
const server = createServer(pages.callback());
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function cookiesOf(path: string): Promise<readonly string[]> {
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  return headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
}

const isVouchedFor = (cookies: readonly string[]): boolean =>
  devices.isVouchedFor({ headers: { cookie: ['a=b', ...cookies, 'c=d'].join('; ') } });

describe('[S25] a browser that somebody has signed in with', () => {
  test('is recognised by its cookies alone', async () => {
    expect(isVouchedFor(await cookiesOf('/vouch'))).toBe(true);
  });

  test('one that only began to sign in is not', async () => {
    expect(isVouchedFor(await cookiesOf('/'))).toBe(false);
  });

  test('nor one without cookies', () => {
    expect([isVouchedFor([]), devices.isVouchedFor({ headers: {} })]).toEqual([false, false]);
  });

  test('nor one that shows the note of another, or made one up', async () => {
    const [[id = ''], [, note = '']] = await Promise.all([cookiesOf('/'), cookiesOf('/vouch')]);
    expect(note).toMatch(/^rolecall-known=/);
    expect(isVouchedFor([id, note])).toBe(false);
    expect(isVouchedFor([id, `rolecall-known=${'A'.repeat(22)}`])).toBe(false);
  });

  test('the note depends on the secret of the installation', async () => {
    const cookies = await cookiesOf('/vouch');
    expect(others.isVouchedFor({ headers: { cookie: cookies.join('; ') } })).toBe(false);
  });
});
