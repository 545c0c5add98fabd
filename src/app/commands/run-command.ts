import type { Writable } from 'node:stream';
import { systemClock } from '../../kernel/clock.ts';
import { productVersion } from '../product-version.ts';
import { UsageError } from './command.ts';
import { readCommandLine, usageText } from './command-line.ts';
import { type Report, reportTo } from './report.ts';

export interface CommandSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `config/default.json` of this installation. */
  readonly defaultConfig: string;
  /** For the requested output. */
  readonly stdout: Writable;
  /** For progress and status messages. */
  readonly stderr: Writable;
}

/** Runs the command and returns its exit code: 0 for success, 1 for failure, 2 for a usage error. */
export async function runCommand(args: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const report = reportTo(surroundings.stderr, systemClock);
  try {
    await run(args, surroundings, report);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      surroundings.stderr.write(`rolecall: ${error.message}\n\n${usageText()}`);
      return 2;
    }
    report.say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function run(args: readonly string[], surroundings: CommandSurroundings, report: Report): Promise<void> {
  const { env, defaultConfig, stdout } = surroundings;
  const job = readCommandLine(args);
  if (job === 'help' || job === 'version') {
    stdout.write(job === 'help' ? usageText() : `rolecall ${productVersion()}\n`);
    return;
  }
  const { readSettings } = await import('../settings/read-settings.ts');
  await job({ settings: readSettings(env, defaultConfig), stdout, report });
}
