import type { Writable } from 'node:stream';
import { systemClock } from '../../kernel/clock.ts';
import { readSettings } from '../read-settings.ts';
import { readCommandLine, USAGE, UsageError } from './command-line.ts';
import { exportStore } from './export-store.ts';
import { checkFile, importStore } from './import-store.ts';
import { type Report, reportTo } from './report.ts';

export interface CommandSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `config/default.json` of this installation. */
  readonly defaultConfig: string;
  /** For what was asked for. */
  readonly stdout: Writable;
  /** For what is said about it. */
  readonly stderr: Writable;
}

/** Does what the arguments say, and answers the exit code: 0 done, 1 failed, 2 not understood. */
export async function runCommand(args: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const report = reportTo(surroundings.stderr, systemClock);
  try {
    await run(args, surroundings, report);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      surroundings.stderr.write(`rolecall: ${error.message}\n\n${USAGE}`);
      return 2;
    }
    report.say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function run(args: readonly string[], surroundings: CommandSurroundings, report: Report): Promise<void> {
  const command = readCommandLine(args);
  if (command.name === 'help') {
    surroundings.stdout.write(USAGE);
    return;
  }
  const settings = readSettings(surroundings.env, surroundings.defaultConfig);
  if (command.name === 'export') await exportStore(settings, { ...command, stdout: surroundings.stdout, report });
  else if (command.checkOnly) await checkFile(settings, command.file, report);
  else await importStore(settings, command.file, report);
}
