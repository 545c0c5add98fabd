import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { childEnvironment } from './child-environment.ts';
import { endsWithUs } from './ends-with-us.ts';
import { freePort } from './free-port.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const FERRETDB_SCRIPT = 'scripts/install-ferretdb.sh';
const FERRETDB = fileURLToPath(new URL('../.cache/ferretdb/ferretdb', import.meta.url));
const READY_WITHIN_MS = 180_000;

/** A server that speaks MongoDB's protocol. */
export interface MongoServer {
  /** The kind of server, and its version. */
  readonly name: string;
  /** The URI of a database that nothing else uses. */
  readonly uri: string;
  /** Controls the process, if it was started here. Tests must undo what they do to it. */
  readonly control?: ServerControl;
  stop(): Promise<void>;
}

export interface ServerControl {
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Restarts it on the same port and data. */
  restart(): Promise<void>;
  /** SIGSTOP: the process is alive but does not answer. */
  freeze(): void;
  thaw(): void;
}

type Command = (port: number, directory: string) => readonly [program: string, args: readonly string[]];

/**
 * Uses the server that `MONGODB_TEST_URI` names; otherwise `mongod`, if it is on the PATH, as a single-node replica set; otherwise
 * FerretDB v1 on SQLite, if installed. Reports the choice, by default on standard output.
 * @throws {Error} if none is available, with a message that says how to get one.
 */
export async function startMongoServer(
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<MongoServer> {
  const server = await findServer();
  const name = await nameOf(server.uri);
  log(`MongoDB's protocol is spoken by ${name}`);
  return { ...server, name };
}

async function findServer(): Promise<Omit<MongoServer, 'name'>> {
  const given = process.env['MONGODB_TEST_URI'];
  if (given !== undefined) return useServer(given);
  const mongod = onPath('mongod');
  if (mongod !== undefined) {
    const server = await start((port, directory) => [
      mongod,
      ['--replSet=rs0', `--dbpath=${directory}`, `--port=${port}`, '--bind_ip=127.0.0.1', '--quiet'],
    ]);
    await initiateReplicaSet(server.uri);
    return server;
  }
  const ferretdb = process.env['FERRETDB_TEST_BINARY'] ?? onPath('ferretdb') ?? FERRETDB;
  if (existsSync(ferretdb)) return await start((port, directory) => [ferretdb, ferretdbArguments(port, directory)]);
  throw new Error(
    `no MongoDB to test on: set MONGODB_TEST_URI to one, put mongod on the PATH, or run ${FERRETDB_SCRIPT} (it takes Go and two minutes)`,
  );
}

function ferretdbArguments(port: number, directory: string): readonly string[] {
  return [
    '--handler=sqlite',
    `--sqlite-url=file:${directory}/`,
    `--listen-addr=127.0.0.1:${port}`,
    '--debug-addr=-',
    '--telemetry=disable',
    `--state-dir=${directory}`,
    '--log-level=error',
  ];
}

/** Our own database on a running server. */
async function useServer(given: string): Promise<Omit<MongoServer, 'name'>> {
  const url = new URL(given);
  url.pathname = `/rolecall-test-${process.pid}-${Date.now()}`;
  const uri = url.href;
  return {
    uri,
    async stop() {
      await withClient(uri, (client) => client.db().dropDatabase());
    },
  };
}

async function start(command: Command): Promise<Omit<MongoServer, 'name'>> {
  const directory = temporaryDirectory();
  const data = join(directory.path, 'data');
  mkdirSync(data);
  const port = await freePort();
  const [program, args] = command(port, data);
  const uri = `mongodb://127.0.0.1:${port}/rolecall`;
  const launch = async () => {
    const child = spawn(...endsWithUs(program, args), {
      stdio: 'ignore',
      env: childEnvironment({ DO_NOT_TRACK: '1' }),
    });
    await waitUntilReady(`${uri}?directConnection=true`);
    return child;
  };
  let child = await launch();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    uri,
    control: {
      kill,
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
      async restart() {
        child = await launch();
      },
    },
    async stop() {
      await kill();
      directory.remove();
    },
  };
}

async function waitUntilReady(uri: string): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await withClient(uri, (client) => client.db('admin').command({ ping: 1 }), 3_000);
      return;
    } catch (failure) {
      if (Date.now() > end) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function initiateReplicaSet(uri: string): Promise<void> {
  const host = new URL(uri).host;
  await withClient(`${uri}?directConnection=true`, async (client) => {
    await client.db('admin').command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } });
    while (!(await client.db('admin').command({ hello: 1 }))['isWritablePrimary'])
      await new Promise((resolve) => setTimeout(resolve, 100));
  });
}

async function nameOf(uri: string): Promise<string> {
  return await withClient(uri, async (client) => {
    const build = await client.db('admin').command({ buildInfo: 1 });
    const as = `MongoDB ${String(build['version'])}`;
    const ferretdb = build['ferretdbVersion'] ?? (build['ferretdb'] as { version?: string } | undefined)?.version;
    return ferretdb === undefined ? as : `FerretDB ${String(ferretdb)}, which calls itself ${as}`;
  });
}

async function withClient<Result>(
  uri: string,
  act: (client: mongoose.mongo.MongoClient) => Promise<Result>,
  serverSelectionTimeoutMS = 10_000,
): Promise<Result> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS });
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => existsSync(path) && execFileSync('test', ['-x', path], { stdio: 'ignore' }) !== undefined);
}
