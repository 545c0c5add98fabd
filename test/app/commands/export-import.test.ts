import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { storedCollections } from '../../../src/app/stores/stored-collections.ts';
import { timeOfId } from '../../../src/audit/event-time.ts';
import { keyOfReference, openAuditCollections } from '../../../src/audit/stored-audit.ts';
import { trimAudit } from '../../../src/audit/trim-audit.ts';
import { verifyAudit } from '../../../src/audit/verify-audit.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { serveInProcess, startInProcess } from '../../support/in-process-server.ts';
import { type Everything, environmentOf, makeEverything, signIn, useEverything } from './everything.ts';
import { run } from './run.ts';

let directory: string;
let env: Record<string, string>;
let file: string;
let known: Everything;
let before: object;

const inDirectory = (name: string): string => join(directory, name);
const intoNew = (name: string): Record<string, string> => ({ ...env, ROLECALL_DATA_DIR: inDirectory(name) });
const countsOf = (path: string) =>
  (
    JSON.parse(readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '') as {
      end: { counts: Record<string, number> };
    }
  ).end.counts;

/** Retention has removed the oldest batch: what is left is tied to it. */
async function trimOldest(): Promise<void> {
  const store = await openEmbeddedStore({ directory: env['ROLECALL_DATA_DIR'] ?? '', clock: systemClock });
  const audit = openAuditCollections(store.collections);
  const [, second] = (await audit.batches.find('key', [])).items;
  const time = timeOfId(keyOfReference(second?.blocks[0] ?? '')[1]);
  await trimAudit(audit, { from: time });
  await store.close();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-transfer-'));
  env = environmentOf(directory);
  file = inDirectory('store.jsonl');
  const server = await startInProcess(env);
  try {
    known = await makeEverything(server);
    before = await useEverything(server, known);
  } finally {
    await server.close();
  }
  await trimOldest();
  expect(await run(['export', file], env)).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('an export', () => {
  test('contains documents of every collection, and reports their numbers', async () => {
    const counts = countsOf(file);
    expect(Object.keys(counts)).toEqual(storedCollections.map(({ declaration }) => declaration.name));
    // Clients are of earlier versions only, and this server has no mail server to send to.
    const { oidcClients: former, outgoingMails: mails, ...present } = counts;
    expect([former, mails]).toEqual([0, 0]);
    expect(Object.entries(present).filter(([, count]) => count === 0)).toEqual([]);
    const checked = await run(['import', '--check', file], env);
    expect(checked).toMatchObject({ code: 0, stdout: '' });
    expect(checked.stderr).toContain(
      'the file is intact: 1 instance-profiles'.replace('instance-profiles', 'instanceProfiles'),
    );
    expect(checked.stderr).toContain('the key-encryption key configured here opens its secrets');
  });

  test('[S43] contains no secret in clear text, and only its owner may read it', () => {
    const text = readFileSync(file, 'utf8');
    for (const key of [known.alice, known.admin]) {
      expect(text).toContain(key.accessKeyId);
      expect(text).not.toContain(key.secretAccessKey);
    }
    expect(text).not.toContain('a client secret of');
    expect(text).not.toContain('seven quiet otters');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).filter((name) => name.includes('.partial'))).toEqual([]);
  });

  test('does not overwrite a file unless asked to', async () => {
    const other = inDirectory('other.jsonl');
    writeFileSync(other, 'precious');
    const refused = await run(['export', other], env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('is already there; give another name, or --overwrite');
    expect(readFileSync(other, 'utf8')).toBe('precious');
    expect((await run(['export', other, '--overwrite'], env)).code).toBe(0);
    expect(countsOf(other)).toEqual(countsOf(file));
  });

  test('is written to standard output, and nothing else is', async () => {
    const { code, stdout, stderr } = await run(['export', '-'], env);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1, -2)).toEqual(readFileSync(file, 'utf8').split('\n').slice(1, -2));
    expect(stderr).toMatch(/the key-encryption key \(id [\w-]{16}\) is not in the file/);
  });

  test('from a directory without a store creates none', async () => {
    const refused = await run(['export', inDirectory('none.jsonl')], intoNew('mistyped'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`there is no store in ${inDirectory('mistyped')}`);
    expect(existsSync(inDirectory('mistyped'))).toBe(false);
    expect(existsSync(inDirectory('none.jsonl'))).toBe(false);
  });

  test('to an unwritable location says so, and leaves nothing behind', async () => {
    const refused = await run(['export', inDirectory('no/such/place.jsonl')], env);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOENT') });
  });
});

describe('an import', () => {
  test('yields a server that does all that the old one did', async () => {
    const target = intoNew('imported');
    const imported = await run(['import', file], target);
    expect(imported).toMatchObject({ code: 0, stdout: '' });
    expect(imported.stderr).toContain('the server can start on this store now');
    expect(imported.stderr).not.toMatch(/left out|were deleted during/);

    const store = await openEmbeddedStore({ directory: inDirectory('imported'), clock: systemClock });
    const audit = await verifyAudit(openAuditCollections(store.collections));
    await store.close();
    expect(audit).toMatchObject({ faults: [], unnamed: [] });
    expect(audit.events).toBeGreaterThan(20);

    const again = inDirectory('again.jsonl');
    expect((await run(['export', again], target)).code).toBe(0);
    expect(readFileSync(again, 'utf8').split('\n').slice(1, -2)).toEqual(
      readFileSync(file, 'utf8').split('\n').slice(1, -2),
    );

    const server = await serveInProcess(target);
    expect(server.first).toBeUndefined();
    // each takes a code, and a code's time step passes
    server.advance(30_000);
    expect(await useEverything(server, known)).toEqual(before);
    server.advance(30_000);
    expect(await signIn(server, known)).toContain('Alice');
    expect(server.errors).toEqual([]);
    await server.close();
  });

  test('needs an empty store', async () => {
    const refused = await run(['import', file], env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the store is not empty');
  });

  test('needs the key-encryption key that sealed the data keys', async () => {
    const other = { ...intoNew('other-key'), ROLECALL_KEY_ENCRYPTION_KEY: 'f'.repeat(64) };
    const none = { ...intoNew('other-key'), ROLECALL_KEY_ENCRYPTION_KEY: '' };
    for (const [with_, said] of [
      [other, 'is not the one that this store was made with'],
      [none, 'there is no key-encryption key'],
    ] as const) {
      const refused = await run(['import', file], with_);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
      expect(existsSync(inDirectory('other-key'))).toBe(false);
    }
    expect(await run(['import', '--check', file], other)).toMatchObject({ code: 1 });
    expect((await run(['import', '--check', file], none)).stderr).toContain('was not checked');
  });
});

describe('the command line', () => {
  test.each([
    [['exprot', 'x'], 'there is no command exprot'],
    [['export'], 'export: FILE is missing'],
    [['import'], 'import: FILE is missing'],
    [['export', 'a', 'b'], 'export: one FILE at a time'],
    [['export', 'a', '--check'], "export: Unknown option '--check'"],
    [['import', 'a', '--overwrite'], "import: Unknown option '--overwrite'"],
    [['import', '-'], 'it cannot be standard input'],
    [['import', 'a', '--force'], "Unknown option '--force'"],
  ])('%j is rejected with exit code 2 and the usage', async (args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).toContain('Usage: rolecall COMMAND');
  });

  test('help goes to standard output', async () => {
    expect(await run(['help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage'), stderr: '' });
    expect(await run(['--help'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('the version goes to standard output', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const said = { code: 0, stdout: `rolecall ${version}\n`, stderr: '' };
    expect([await run(['version']), await run(['--version'])]).toEqual([said, said]);
  });

  test('an invalid configuration is reported', async () => {
    const { code, stderr } = await run(['export', 'x'], { PORT: 'http' });
    expect(code).toBe(1);
    expect(stderr).toContain('PORT');
  });
});
