import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  expectLive,
  expectSameInstallation,
  type Fixture,
  STORED_VERSIONS,
  unpackFixture,
} from '../fixtures/stored/known-fixture.ts';
import { behindPublicUrl } from '../fixtures/stored/scene.ts';
import { serveInProcess } from '../support/in-process-server.ts';
import { startDateAt } from '../support/shifted-date.ts';
import { run } from './commands/run.ts';

describe.each(STORED_VERSIONS)('data stored by version %s', (version) => {
  let directory: string;
  let fixture: Fixture;
  let backToNow: () => void;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rolecall-stored-'));
    fixture = unpackFixture(version, directory);
    backToNow = startDateAt(fixture.openedAt);
  });
  afterEach(() => {
    backToNow();
    rmSync(directory, { recursive: true, force: true });
  });

  async function served(env: Record<string, string>, check: (url: string) => Promise<void>): Promise<void> {
    const server = await serveInProcess(env);
    const stop = behindPublicUrl(server.url);
    try {
      expect(server.first).toBeUndefined();
      await check(server.url);
      expect(server.errors).toEqual([]);
    } finally {
      stop();
      await server.close();
    }
  }

  test('its data directory opens: users, keys, passwords, factors and trust', async () => {
    await served(fixture.env, (url) => expectSameInstallation(url, fixture.known));
  });

  test('live sessions and tokens stay valid', async () => {
    await served(fixture.env, (url) => expectLive(url, fixture.known));
  });

  test('its export can be imported into an embedded store', async () => {
    const env = { ...fixture.env, ROLECALL_DATA_DIR: join(directory, 'imported') };
    expect(await run(['import', fixture.exported], env)).toMatchObject({ code: 0 });
    await served(env, (url) => expectSameInstallation(url, fixture.known));
  });
});
