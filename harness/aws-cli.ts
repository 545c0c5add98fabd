import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Ended, runProgram } from './run-program.ts';
import type { AccessKeyPair } from './start-server.ts';

/** An `aws` program on this machine. */
export interface AwsProgram {
  readonly path: string;
  /** As reported by the program, such as `aws-cli/2.9.19`. */
  readonly version: string;
}

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

/** Every working `aws` on this machine, one per version: those on the PATH and Debian's. */
export function findAwsPrograms(): readonly AwsProgram[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'].map((place) => join(place, 'aws'));
  const found = new Map<string, AwsProgram>();
  for (const path of new Set(places)) {
    const answer = spawnSync(path, ['--version'], { encoding: 'utf8', env: cleanEnvironment() });
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
  const run = (args: readonly string[], output: string): Promise<Ended> =>
    runProgram(program.path, ['--endpoint-url', url, '--output', output, ...args], {
      ...cleanEnvironment(),
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
function cleanEnvironment(): Record<string, string> {
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
