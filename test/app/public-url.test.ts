import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { PublicUrlError, publicUrlAdvice, requirePublicUrl } from '../../src/app/stores/public-url.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { serveInProcess } from '../support/in-process-server.ts';
import { closeLeftovers } from '../support/leftovers.ts';

let directory = temporaryDirectory();
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await closeLeftovers();
  directory.remove();
});

const ONE = 'https://one.example';
const OTHER = 'https://other.example';
async function start(env: Readonly<Record<string, string>>): Promise<void> {
  const server = await serveInProcess({ ROLECALL_DATA_DIR: directory.path, ...env });
  await server.close();
}
const at = (url: string) => start({ ROLECALL_PUBLIC_URL: url });

describe('the public URL of an installation', () => {
  test('a different one on the same store is refused, naming both and what to do', async () => {
    await at(ONE);
    await expect(at(OTHER)).rejects.toThrow(
      /the public URL of this process is https:\/\/other\.example, but the store belongs to an installation at https:\/\/one\.example/,
    );
    await expect(at(OTHER)).rejects.toThrow(
      /ROLECALL_PUBLIC_URL=https:\/\/one\.example; or, .*ROLECALL_REPLACES_PUBLIC_URL=https:\/\/one/,
    );
    await at(ONE);
  });

  test('unset after one was chosen counts as different', async () => {
    await at(ONE);
    await expect(start({})).rejects.toThrow(/the public URL of this process is http:\/\/localhost:\d+, but/);
  });

  test('is changed by naming the previous one', async () => {
    await at(ONE);
    await expect(start({ ROLECALL_PUBLIC_URL: OTHER, ROLECALL_REPLACES_PUBLIC_URL: OTHER })).rejects.toThrow(
      /belongs to/,
    );
    const onPurpose = { ROLECALL_PUBLIC_URL: OTHER, ROLECALL_REPLACES_PUBLIC_URL: `${ONE}/` };
    await start(onPurpose);
    await start(onPurpose);
    await at(OTHER);
    await expect(at(ONE)).rejects.toThrow(/belongs to an installation at https:\/\/other\.example/);
  });

  test('is changed by only one of two processes that try at the same moment', async () => {
    const clock = { now: () => 0 };
    const store = await openEmbeddedStore({ directory: directory.path, clock });
    const deps = { collections: store.collections, clock, log: { warn: () => {} } };
    const move = (publicUrl: string, replacesPublicUrl?: string) =>
      requirePublicUrl({ publicUrl, isPublicUrlDefault: false, replacesPublicUrl } as never, deps);
    try {
      await move(ONE);
      const moved = await Promise.allSettled([move(OTHER, ONE), move('https://third.example', ONE), move(OTHER, ONE)]);
      expect(moved.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(moved[1]).toMatchObject({ reason: expect.any(PublicUrlError) });
      await move(OTHER);
    } finally {
      await store.close();
    }
  });

  test.each([true, false])(
    'of processes that start at once on their own ports, with another one chosen: %s',
    async (isChosen) => {
      const clock = { now: () => 0 };
      const store = await openEmbeddedStore({ directory: directory.path, clock });
      const deps = { collections: store.collections, clock, log: { warn: () => {} } };
      const follow = (port: number) =>
        requirePublicUrl({ publicUrl: `http://localhost:${port}`, isPublicUrlDefault: true } as never, deps);
      try {
        await follow(8080);
        const move = { publicUrl: ONE, isPublicUrlDefault: false, replacesPublicUrl: 'http://localhost:8080' } as never;
        const moved = isChosen ? [requirePublicUrl(move, deps)] : [];
        const started = await Promise.allSettled([...moved, follow(8081), follow(8082), follow(8083)]);
        expect(started.map(({ status }) => status)).toEqual(
          isChosen ? ['fulfilled', 'rejected', 'rejected', 'rejected'] : ['fulfilled', 'fulfilled', 'fulfilled'],
        );
      } finally {
        await store.close();
      }
    },
  );

  test('follows the port until one is chosen', async () => {
    await start({});
    await start({});
    await expect(at(ONE)).rejects.toThrow(/belongs to an installation at http:\/\/localhost:\d+/);
  });
});

test.each([
  ['http://localhost:8080', false],
  ['http://app.localhost', false],
  ['http://127.0.0.2:8080', false],
  ['http://[::1]:8080', false],
  ['https://iam.example', false],
  ['http://iam.example', true],
  ['http://192.168.1.4:8080', true],
  ['http://localhost.example', true],
])('%s: a warning about plain http: %s', (url, isWarned) => {
  expect(publicUrlAdvice(url) !== undefined).toBe(isWarned);
});
