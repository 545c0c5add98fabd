import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../../harness/child-environment.ts';
import { endsWithUs } from '../../../harness/ends-with-us.ts';
import { closedWithTheFile } from '../../support/leftovers.ts';

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly lines: Interface;
  /** Resolves with all lines once the process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly lines: readonly string[]; readonly errors: string }>;
}

export interface ChildOptions {
  /** For `ulimit -f`, in KiB. */
  readonly limit?: number;
  /** A command that starts the one after it, such as `unshare --pid --fork`. */
  readonly startedBy?: readonly string[];
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a script beside this file as another process on the same store. */
export function runChild(
  script: string,
  args: readonly string[],
  { limit, env, startedBy = [] }: ChildOptions = {},
): Child {
  const command = [
    ...startedBy,
    process.execPath,
    ...programOf(fileURLToPath(new URL(script, import.meta.url))),
    ...args,
  ];
  const shell = limit === undefined ? 'exec "$@"' : `ulimit -f ${limit}; exec "$@"`;
  const child = spawn(...endsWithUs('bash', ['-c', shell, 'bash', ...command]), {
    env: childEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout });
  const seen: string[] = [];
  let errors = '';
  lines.on('line', (line) => seen.push(line));
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.on('close', (code) => resolve({ code, lines: seen, errors }));
  });
  const kill = closedWithTheFile(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  void ended.then(kill);
  return { process: child, lines, ended };
}

/** Node's arguments for a script of the tests: its bundle if there is one (test/config/sources), else the script itself by `tsx`. */
export function programOf(path: string): readonly string[] {
  const { TEST_SOURCES: directory } = process.env;
  const bundle = directory && join(directory, 'children', relative(process.cwd(), path).replace(/\.ts$/, '.js'));
  if (bundle && existsSync(bundle)) return ['--no-warnings', bundle];
  return ['--no-warnings', '--import', 'tsx', path];
}

/** Resolves when a line comes for which `holds`. */
export function lineOf({ lines, ended }: Child, holds: (line: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (line: string) => {
      if (!holds(line)) return;
      lines.off('line', look);
      resolve(line);
    };
    lines.on('line', look);
    void ended.then(({ errors }) => reject(new Error(`the process ended without the line: ${errors}`)));
  });
}
