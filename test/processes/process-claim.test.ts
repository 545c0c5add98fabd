import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { run } from '../app/commands/run.ts';
import { startInProcess } from '../support/in-process-server.ts';
import { closedWithTheFile, closeLeftovers } from '../support/leftovers.ts';
import { lineOf, runChild } from './children/run-child.ts';

let directory = temporaryDirectory();
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await closeLeftovers();
  directory.remove();
});

async function open(path = directory.path): Promise<EmbeddedStore> {
  const store = await openEmbeddedStore({ directory: path, clock: systemClock });
  return { ...store, close: closedWithTheFile(store.close) };
}
const sockets = () => readdirSync(directory.path).filter((name) => name.startsWith('process-'));

describe('one process', () => {
  test('opens a directory only once at a time, by whichever path', async () => {
    const first = await open();
    const other = `${directory.path}-linked`;
    symlinkSync(directory.path, other);
    closedWithTheFile(() => rmSync(other));
    for (const path of [directory.path, `${directory.path}/.`, other]) {
      await expect(open(path)).rejects.toThrow(StoreUnavailableError);
      await expect(open(path)).rejects.toThrow(`already has ${path} open`);
    }
    await first.ephemeral.set('k', 'v', 60_000);
    await first.close();
    const second = await open();
    expect(await second.ephemeral.get('k')).toBe('v');
  });

  test('with concurrent openings opens it once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => open()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(sockets()).toHaveLength(1);
  });

  test('cannot run a command on the directory that its server has open, and the server continues', async () => {
    const data = join(directory.path, 'data');
    const server = await startInProcess({ ROLECALL_DATA_DIR: data });
    const { code, stderr } = await run(['export', join(directory.path, 'file')], { ROLECALL_DATA_DIR: data });
    expect([code, stderr]).toEqual([1, expect.stringContaining('run the command in a separate process')]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await server.close();
  });
});

describe('several processes', () => {
  test('of one pid namespace share it', async () => {
    await open();
    const child = runChild('hold-open.ts', [directory.path]);
    expect(await lineOf(child, () => true)).toBe(`open ${child.process.pid}`);
    expect(sockets()).toHaveLength(2);
    child.process.stdin.end();
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(sockets()).toHaveLength(1);
  });

  test('a killed one does not block others, and its socket is removed', async () => {
    const child = runChild('hold-open.ts', [directory.path]);
    await lineOf(child, (line) => line.startsWith('open'));
    child.process.kill('SIGKILL');
    await child.ended;
    expect(sockets()).toHaveLength(1);
    const store = await open();
    expect(sockets()).toEqual([expect.stringContaining(`-${process.pid}-`)]);
    await store.close();
    expect(sockets()).toEqual([]);
  });
});

/** Its first process has the id 1, as in a container. */
const OWN_NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const canUnshare = spawnSync(OWN_NAMESPACE[0] ?? '', [...OWN_NAMESPACE.slice(1), 'true']).status === 0;
const inNamespace = canUnshare ? test : test.skip;

describe('two pid namespaces, as two containers have', () => {
  const start = (startedBy: readonly string[] = OWN_NAMESPACE) =>
    runChild('hold-open.ts', [directory.path], { startedBy });
  const REFUSED =
    /^refused StoreUnavailableError: .* is open in another container \(process \d+ of another pid namespace/;

  inNamespace('of two processes with the same id the second is refused, and says who has the directory', async () => {
    const first = start();
    expect(await lineOf(first, () => true)).toBe('open 1');
    const second = start();
    const said = await lineOf(second, () => true);
    expect(said).toMatch(REFUSED);
    expect(said).toMatch(/process 1 of another pid namespace on host \S+, since \d{4}-/);
    first.process.stdin.end();
    await first.ended;
    expect(await lineOf(start(), () => true)).toBe('open 1');
  });

  inNamespace('so is one with another id: its helper processes might have the same', async () => {
    await open();
    expect(await lineOf(start(), () => true)).toMatch(REFUSED);
  });

  inNamespace('a holder that is stopped still holds it', async () => {
    const first = runChild('hold-open.ts', [directory.path]);
    await lineOf(first, (line) => line.startsWith('open'));
    first.process.kill('SIGSTOP');
    expect(await lineOf(start(), () => true)).toMatch(REFUSED);
    first.process.kill('SIGKILL');
    await first.ended;
    expect(await lineOf(start(), () => true)).toBe('open 1');
  });

  inNamespace('of those that come at once, one gets it', async () => {
    const said = await Promise.all([start(), start(), start()].map((child) => lineOf(child, () => true)));
    expect(said.filter((line) => line === 'open 1')).toHaveLength(1);
    expect(said.filter((line) => REFUSED.test(line))).toHaveLength(2);
  });
});
