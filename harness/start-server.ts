import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from './ends-with-us.ts';
import { freePort } from './free-port.ts';
import { storesFor } from './stores-of-tests.ts';

const MAIN = fileURLToPath(new URL('../dist/app/main.js', import.meta.url));
const READY_WITHIN_MS = 240_000;
const STOP_WITHIN_MS = 60_000;

export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A running server and the credentials created by its first start. */
export interface RunningServer {
  /** The public URL, without a trailing slash. */
  readonly url: string;
  readonly accountId: string;
  readonly accountAlias: string;
  readonly admin: AccessKeyPair & { readonly userName: string; readonly password: string };
  readonly root: { readonly email: string; readonly password: string };
  /** Absent for a server that was already running (`ROLECALL_TEST_URL`). */
  readonly process?: ServerProcess;
  stop(): Promise<void>;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly directory: string;
  /** Everything that the server has written to standard output or standard error so far. */
  stdout(): string;
  stderr(): string;
}

export interface StartOptions {
  /** Additional environment variables; these override the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** The content of the configuration file (named by `ROLECALL_CONFIG`). */
  readonly config?: unknown;
  /** Writes standard output to this file instead of memory. For benches, which must not be slowed down by reading it. */
  readonly stdoutFile?: string;
  /** A command prefix that starts the server, such as `taskset -c 0`. */
  readonly startedBy?: readonly string[];
  /** Flags for Node itself, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  /** The endpoint to wait for before returning the server; default `/readyz`. `/healthz` answers as soon as the server listens. */
  readonly until?: '/readyz' | '/healthz';
  /** An existing directory, which `stop` does not remove. Default: a temporary one. */
  readonly directory?: string;
}

/**
 * Uses the server named in the environment (`ROLECALL_TEST_URL`, with the first-start variables for its credentials), or starts
 * one. If `options` contains a configuration, the named server must have been started with the same one.
 */
export async function obtainServer(options: StartOptions = {}): Promise<RunningServer> {
  const url = process.env['ROLECALL_TEST_URL'];
  return url === undefined ? await startServer(options) : await useServer(url);
}

async function useServer(url: string): Promise<RunningServer> {
  const given = (name: string): string => {
    const value = process.env[name];
    if (value === undefined)
      throw new Error(`with ROLECALL_TEST_URL, ${name} must be set as it was at the first start`);
    return value;
  };
  return {
    url: url.replace(/\/$/, ''),
    accountId: given('ROLECALL_ACCOUNT_ID'),
    accountAlias: given('ROLECALL_ACCOUNT_ALIAS'),
    admin: {
      userName: 'admin',
      accessKeyId: given('ROLECALL_ADMIN_ACCESS_KEY_ID'),
      secretAccessKey: given('ROLECALL_ADMIN_SECRET_ACCESS_KEY'),
      password: given('ROLECALL_ADMIN_PASSWORD'),
    },
    root: { email: given('ROLECALL_ROOT_EMAIL'), password: given('ROLECALL_ROOT_PASSWORD') },
    stop: async () => {},
  };
}

/** Starts `node dist/app/main.js` on a free port with its own data directory, and waits until it is ready. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  if (!existsSync(MAIN)) throw new Error('the server is not built: run `npm run build` first');
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'rolecall-')));
  const port = Number(options.env?.['PORT'] ?? (await freePort()));
  const chosen: Record<string, string> = { ...inherited(), ...firstStart(directory, port), ...options.env };
  const env = { ...storesFor(chosen['ROLECALL_DATA_DIR'] ?? directory), ...chosen };
  if (options.config !== undefined) {
    env['ROLECALL_CONFIG'] = join(directory, 'config.json');
    await writeFile(env['ROLECALL_CONFIG'], JSON.stringify(options.config));
  }

  const [program = process.execPath, ...args] = [
    ...(options.startedBy ?? []),
    ...[process.execPath, ...(options.nodeFlags ?? []), MAIN],
  ];
  const child = spawn(...endsWithUs(program, args), {
    env,
    cwd: directory,
    stdio: ['ignore', options.stdoutFile === undefined ? 'pipe' : openSync(options.stdoutFile, 'w'), 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const stop = async (): Promise<void> => {
    await stopChild(child);
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  const scheme = env['ROLECALL_TLS_CERTIFICATE_FILE'] === undefined ? 'http' : 'https';
  const url = env['ROLECALL_PUBLIC_URL'] ?? `${scheme}://localhost:${port}`;
  try {
    await untilReady(`${scheme}://127.0.0.1:${port}${options.until ?? '/readyz'}`, child);
  } catch (cause) {
    await stop();
    throw new Error(`the server did not start\n--- stdout\n${stdout}\n--- stderr\n${stderr}`, { cause });
  }
  return {
    ...credentials(env),
    url,
    process: { child, directory, stdout: () => stdout, stderr: () => stderr },
    stop,
  };
}

/** The environment that a server process needs from ours. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'ROLECALL_WORKERS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function firstStart(directory: string, port: number): Record<string, string> {
  const unique = randomBytes(4).toString('hex');
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    ROLECALL_DATA_DIR: join(directory, 'data'),
    ROLECALL_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    // No proxy in front of these servers has to notice that they stop.
    ROLECALL_DRAIN_DELAY: '0',
    ROLECALL_ACCOUNT_ID: '111122223333',
    ROLECALL_ACCOUNT_ALIAS: `acme-${unique}`,
    ROLECALL_ROOT_EMAIL: `root-${unique}@example.com`,
    ROLECALL_ROOT_PASSWORD: `a long root passphrase ${unique}`,
    ROLECALL_ADMIN_PASSWORD: `a long admin passphrase ${unique}`,
    ...adminKey(),
  };
}

/** An access key that an operator could have brought from AWS: 20 characters, `AKIA` and base 32. */
function adminKey(): Record<string, string> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const tail = Array.from(randomBytes(16), (byte) => letters[byte % 32]).join('');
  return {
    ROLECALL_ADMIN_ACCESS_KEY_ID: `AKIA${tail}`,
    ROLECALL_ADMIN_SECRET_ACCESS_KEY: randomBytes(30).toString('base64'),
  };
}

function credentials(env: Readonly<Record<string, string>>) {
  const value = (name: string): string => env[name] ?? '';
  return {
    accountId: value('ROLECALL_ACCOUNT_ID'),
    accountAlias: value('ROLECALL_ACCOUNT_ALIAS'),
    admin: {
      userName: 'admin',
      accessKeyId: value('ROLECALL_ADMIN_ACCESS_KEY_ID'),
      secretAccessKey: value('ROLECALL_ADMIN_SECRET_ACCESS_KEY'),
      password: value('ROLECALL_ADMIN_PASSWORD'),
    },
    root: { email: value('ROLECALL_ROOT_EMAIL'), password: value('ROLECALL_ROOT_PASSWORD') },
  };
}

async function untilReady(readyz: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`it ended (exit code ${child.exitCode}, signal ${child.signalCode})`);
    }
    if (await (readyz.startsWith('https:') ? isOkOverTls(readyz) : isOk(readyz))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it was not ready within ${READY_WITHIN_MS} ms`);
}

const isOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

/** As a probe asks: whatever the certificate. */
function isOkOverTls(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
