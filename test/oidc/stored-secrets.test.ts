import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { foundIn, sceneOfLogins } from './live-values.ts';

/** What must be among the values, or the search proves nothing. */
const KINDS = [
  'cookie rolecall-session',
  'cookie rolecall-interaction',
  'interaction',
  'code',
  'posted request',
  'request URI',
  'first access token',
  'renewed refresh token',
  'renewed ID token',
];

test('[S43] nothing in the data directory lets a reader sign in', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-stored-'));
  const scene = await sceneOfLogins({
    ROLECALL_DATA_DIR: directory,
    ROLECALL_MONGODB_URI: '',
    ROLECALL_REDIS_URL: '',
  });
  const names = [...scene.values.keys()];
  for (const kind of KINDS) expect(names.filter((name) => name.startsWith(kind)).length).toBeGreaterThan(0);
  expect(scene.server.errors).toEqual([]);
  await scene.close();
  const stored = readFileSync(join(directory, 'data.mdb'));
  // The search finds what is there: names are not secret.
  expect(stored.includes('alice')).toBe(true);
  expect(foundIn(stored, scene.values)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});
