import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Ended, runProgram } from './run-program.ts';
import type { AccessKeyPair } from './start-server.ts';
import { storesFor } from './stores-of-tests.ts';

/** An `aws` program on this machine. */
export interface AwsProgram {
  readonly path: string;
  /** As reported by the program, such as `aws-cli/2.9.19`. */
  readonly version: string;
  /** Runs a command with these variables and those of `awsEnvironment`. Default: by starting the program. */
  readonly run?: RunAws;
}

export type RunAws = (args: readonly string[], variables: Readonly<Record<string, string>>) => Promise<Ended>;

/** An error from the service, as printed by the CLI. */
export interface AwsError {
  readonly code: string;
  readonly operation: string;
  readonly message: string;
}

/** The CLI acting as one caller, against one server. */
export interface Aws {
  /** Runs a command and returns its JSON answer, or `undefined` if it printed nothing. Throws if the command fails. */
  json<Answer>(...args: string[]): Promise<Answer>;
  /** Runs a command with `--output text` and returns its trimmed answer. */
  text(...args: string[]): Promise<string>;
  /** Runs a command that the service should refuse, and returns the error. Throws if the command succeeds. */
  refused(...args: string[]): Promise<AwsError>;
  /** Runs a command with `--debug` that the service should refuse, and returns all of its output. */
  debug(...args: string[]): Promise<string>;
}

let programs: readonly AwsProgram[] | undefined;

/** Every working `aws` on this machine, one per version: those on the PATH and Debian's. */
export function findAwsPrograms(): readonly AwsProgram[] {
  programs ??= lookForPrograms();
  return programs;
}

/** Each of them, for what differs between versions: on store servers only one, since CI runs each on the embedded store. */
export function eachAwsProgram(): readonly AwsProgram[] {
  return isOnStores() ? oneAwsProgram() : findAwsPrograms();
}

/**
 * One of them, for what is the same with each version. On store servers that is another one than on the embedded store, so that CI, which
 * runs the suites on both, runs each suite with two versions.
 */
export function oneAwsProgram(): readonly AwsProgram[] {
  return isOnStores() ? findAwsPrograms().slice(-1) : findAwsPrograms().slice(0, 1);
}

const isOnStores = (): boolean => Object.keys(storesFor('')).length > 0;

function lookForPrograms(): readonly AwsProgram[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'].map((place) => join(place, 'aws'));
  const found = new Map<string, AwsProgram>();
  // A directory may be on the PATH by two names.
  const files = new Map(places.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]));
  for (const path of files.values()) {
    const answer = spawnSync(path, ['--version'], { encoding: 'utf8', env: awsEnvironment() });
    if (answer.status !== 0) continue;
    const version = /aws-cli\/\S+/.exec(answer.stdout + answer.stderr)?.[0] ?? realpathSync(path);
    if (!found.has(version)) found.set(version, { path, version });
  }
  return [...found.values()];
}

/**
 * The unmodified CLI, given only the endpoint and the credentials.
 * @param home The home directory, where the CLI looks for the models of further services. Default: the user's.
 */
export function awsCli(program: AwsProgram, url: string, caller: AccessKeyPair | undefined, home?: string): Aws {
  const start: RunAws = (args, variables) => runProgram(program.path, args, { ...awsEnvironment(), ...variables });
  const run = (args: readonly string[], output: string): Promise<Ended> =>
    (program.run ?? start)(['--endpoint-url', url, '--output', output, ...args], {
      ...(caller === undefined ? {} : credentialEnvironment(caller)),
      ...(home === undefined ? {} : { HOME: home }),
    });
  const succeed = async (args: readonly string[], output: string): Promise<string> => {
    const answer = await run(args, output);
    if (answer.status !== 0) throw new Error(`aws ${args.join(' ')}\n${answer.stderr}`);
    return answer.stdout.trim();
  };
  return {
    json: async <Answer>(...args: string[]) => {
      const printed = await succeed(args, 'json');
      return (printed === '' ? undefined : JSON.parse(printed)) as Answer;
    },
    text: (...args) => succeed(args, 'text'),
    refused: async (...args) => {
      const answer = await run(args, 'json');
      if (answer.status === 0) throw new Error(`was not refused: aws ${args.join(' ')}\n${answer.stdout}`);
      return parseError(answer.stderr);
    },
    debug: async (...args) => (await run(['--debug', ...args], 'json')).stderr,
  };
}

function parseError(stderr: string): AwsError {
  const match = /An error occurred \((.*?)\) when calling the (\w+) operation(?: \(.*?\))?: (.*)/s.exec(stderr);
  if (match === null) throw new Error(`the CLI failed otherwise:\n${stderr}`);
  const [, code = '', operation = '', message = ''] = match;
  return { code, operation, message: message.trim() };
}

function credentialEnvironment(caller: AccessKeyPair): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
    ...(caller.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: caller.sessionToken }),
  };
}

/** Disables profiles, the metadata service and the pager, so that only the test's settings apply. */
export function awsEnvironment(): Record<string, string> {
  const keep = ['PATH', 'HOME', 'PYENV_ROOT', 'PYENV_VERSION', 'LANG'];
  const kept = keep.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(kept),
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_CONFIG_FILE: join(tmpdir(), 'no-such-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(tmpdir(), 'no-such-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}
