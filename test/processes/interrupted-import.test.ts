import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openAuditCollections } from '../../src/audit/stored-audit.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { clientOf, environmentOf } from '../app/commands/everything.ts';
import { run } from '../app/commands/run.ts';
import { type InProcessServer, serveInProcess, startInProcess } from '../support/in-process-server.ts';
import { lineOf, runChild } from './children/run-child.ts';

let directory: string;
let env: Record<string, string>;
let server: InProcessServer;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-transfer-'));
  env = environmentOf(directory);
  server = await startInProcess(env);
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** From a process of its own: one process opens a store once. */
async function exportBeside(file: string): Promise<void> {
  const { code, errors } = await runChild('run-rolecall.ts', ['export', file], { env }).ended;
  expect({ code, errors }).toEqual({ code: 0, errors: expect.stringContaining('exported') });
}

async function makeUsers(prefix: string, count: number): Promise<string[]> {
  const iam = clientOf(server, server.admin);
  const names = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  await Promise.all(names.map((UserName) => iam.createUser({ UserName })));
  iam.destroy();
  return names;
}

async function userNames(url: string): Promise<Set<string>> {
  const iam = clientOf({ url }, server.admin);
  const { Users: users = [] } = await iam.listUsers({ MaxItems: 1000 });
  iam.destroy();
  return new Set(users.map(({ UserName }) => UserName ?? ''));
}

test('after kill -9 during an import, no server starts on the incomplete store until the same import has completed', async () => {
  const names = await makeUsers('kept', 300);
  const file = join(directory, 'store.jsonl');
  await exportBeside(file);
  const target = { ...env, ROLECALL_DATA_DIR: join(directory, 'target') };

  const child = runChild('import-file.ts', [file], { env: target });
  await lineOf(child, (line) => /^2\d\d of \d+ documents are in/.test(line));
  child.process.kill('SIGKILL');
  await child.ended;

  await expect(serveInProcess(target)).rejects.toThrow(
    'was not imported to its end; run the import of that file again',
  );
  const refused = await run(['export', join(directory, 'part.jsonl')], target);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('was not imported to its end') });

  const finished = await run(['import', file], target);
  expect(finished).toMatchObject({ code: 0, stderr: expect.stringContaining('resumed an interrupted import') });
  const restored = await serveInProcess(target);
  expect([...(await userNames(restored.url))].sort()).toEqual([...names, 'admin'].sort());
  await restored.close();
});

test('an export during writes contains all that was acknowledged before it began, and can be imported', async () => {
  const before = await makeUsers('before', 100);
  const iam = clientOf(server, server.admin);
  let isOver = false;
  const churn = async (n: number): Promise<void> => {
    for (let round = 0; !isOver; round++) {
      const UserName = `churn-${n}`;
      await iam.createUser({ UserName });
      await iam.tagUser({ UserName, Tags: [{ Key: 'round', Value: String(round) }] });
      await iam.deleteUser({ UserName });
    }
  };
  const writers = Array.from({ length: 8 }, (_, n) => churn(n));
  const files = ['one', 'two', 'three'].map((name) => join(directory, `${name}.jsonl`));
  try {
    for (const file of files) await exportBeside(file);
  } finally {
    isOver = true;
    await Promise.all(writers);
  }
  iam.destroy();

  for (const file of files) {
    const target = { ...env, ROLECALL_DATA_DIR: `${file}.data` };
    expect(await run(['import', file], target)).toMatchObject({ code: 0 });
    const store = await openEmbeddedStore({ directory: target.ROLECALL_DATA_DIR, clock: systemClock });
    const { faults, events } = await verifyAudit(openAuditCollections(store.collections));
    await store.close();
    expect(faults).toEqual([]);
    expect(events).toBeGreaterThan(100);
    const restored = await serveInProcess(target);
    const after = await userNames(restored.url);
    expect(before.filter((name) => !after.has(name))).toEqual([]);
    expect(after.has('admin')).toBe(true);
    await restored.close();
  }
});
