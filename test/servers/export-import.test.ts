import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { type Everything, environmentOf, makeEverything, signIn, useEverything } from '../app/commands/everything.ts';
import { run } from '../app/commands/run.ts';
import { serveInProcess, startInProcess } from '../support/in-process-server.ts';

let mongo: MongoServer;
let directory: string;
let embedded: Record<string, string>;
let file: string;
let known: Everything;
let before: object;

const documentsOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(1, -2);

beforeAll(async () => {
  mongo = await startMongoServer();
  directory = mkdtempSync(join(tmpdir(), 'rolecall-transfer-'));
  embedded = { ...environmentOf(directory), ROLECALL_MONGODB_URI: '', ROLECALL_REDIS_URL: '' };
  file = join(directory, 'store.jsonl');
  const server = await startInProcess(embedded);
  try {
    known = await makeEverything(server);
    before = await useEverything(server, known);
  } finally {
    await server.close();
  }
  expect(await run(['export', file], embedded)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await mongo.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a store moves from the embedded store to MongoDB and back unchanged', async () => {
  const onMongo = {
    ...embedded,
    ROLECALL_MONGODB_URI: mongo.uri,
    ROLECALL_DATA_DIR: join(directory, 'sessions'),
  };
  const moved = await run(['import', file], onMongo);
  expect(moved).toMatchObject({ code: 0, stderr: expect.stringContaining('the server can start on this store now') });
  expect(await run(['import', file], onMongo)).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') });

  const fromMongo = join(directory, 'from-mongo.jsonl');
  expect(await run(['export', fromMongo], onMongo)).toMatchObject({ code: 0 });
  expect(documentsOf(fromMongo)).toEqual(documentsOf(file));

  const server = await serveInProcess(onMongo);
  try {
    expect(server.first).toBeUndefined();
    server.advance(30_000);
    expect(await useEverything(server, known)).toEqual(before);
    server.advance(30_000);
    expect(await signIn(server, known)).toContain('Alice');
  } finally {
    await server.close();
  }

  const back = { ...embedded, ROLECALL_DATA_DIR: join(directory, 'back') };
  const after = join(directory, 'after.jsonl');
  expect(await run(['export', after], onMongo)).toMatchObject({ code: 0 });
  expect(await run(['import', after], back)).toMatchObject({ code: 0 });
  const again = await serveInProcess(back);
  try {
    again.advance(90_000);
    expect(await useEverything(again, known)).toEqual(before);
  } finally {
    await again.close();
  }
});

test('a MongoDB that does not answer is reported, and leaves no file', async () => {
  const nowhere = { ...embedded, ROLECALL_MONGODB_URI: 'mongodb://127.0.0.1:1/rolecall' };
  const refused = await run(['export', join(directory, 'none.jsonl')], nowhere);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/failed: .*MongoDB/);
});
