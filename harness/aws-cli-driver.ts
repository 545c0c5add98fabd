import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type AwsProgram, awsEnvironment, type RunAws } from './aws-cli.ts';
import { endsWithUs } from './ends-with-us.ts';
import type { Ended } from './run-program.ts';

const SCRIPT = fileURLToPath(new URL('aws_cli_driver.py', import.meta.url));

export interface DrivenAws extends AwsProgram {
  stop(): Promise<void>;
}

/**
 * The same CLI for many commands: its own entry point, called in processes that have imported it already (aws_cli_driver.py). Most of the
 * time that a command takes is that import. A CLI without a Python of its own, such as AWS's installer brings, is started for each command.
 * @param home The home directory, where the CLI looks for the models of further services. Default: the user's.
 */
export function driveAws(program: AwsProgram, home?: string): DrivenAws {
  let driver: Driver | undefined;
  const stop = async (): Promise<void> => driver?.stop();
  if (!hasPython(program)) return { ...program, stop };
  const run: RunAws = (args, variables) => {
    driver ??= startDriver(pythonOf(program), home);
    return driver.run(args, variables);
  };
  return { ...program, run, stop };
}

const pythonOf = ({ path }: AwsProgram): string => join(dirname(path), 'python3');

/** Whether the Python beside the program is the one that it runs in. */
function hasPython(program: AwsProgram): boolean {
  const args = ['-c', 'import awscli; print(awscli.__version__)'];
  const { stdout } = spawnSync(pythonOf(program), args, { encoding: 'utf8', env: awsEnvironment() });
  return program.version === `aws-cli/${stdout?.trim()}`;
}

interface Driver {
  readonly run: RunAws;
  stop(): Promise<void>;
}

function startDriver(python: string, home: string | undefined): Driver {
  const env = { ...awsEnvironment(), ...(home === undefined ? {} : { HOME: home }) };
  const child = spawn(...endsWithUs(python, [SCRIPT]), { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(ended: Ended): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Ended));
  const fail = (why: string): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the driver of the aws CLI ${why}`));
  };
  child.on('error', (error) => fail(`could not be started: ${error.message}`));
  child.on('close', (code, signal) => fail(`ended with ${code ?? signal}`));
  // A write to one that has ended is reported by `close`.
  child.stdin.on('error', () => undefined);
  return {
    run: (args, env) =>
      new Promise((resolve, reject) => {
        if (hasEnded(child)) return reject(new Error('the driver of the aws CLI has ended'));
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ args, env })}\n`);
      }),
    async stop() {
      if (hasEnded(child)) return;
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
