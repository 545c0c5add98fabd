import type { Writable } from 'node:stream';
import type { ParseArgsConfig } from 'node:util';
import type { Settings } from '../settings/settings.ts';
import type { Report } from './report.ts';

/** What a command works with. */
export interface CommandContext {
  readonly settings: Settings;
  /** For the requested output. */
  readonly stdout: Writable;
  /** For progress and status messages. */
  readonly report: Report;
}

/** The job that a command line asks for. @throws {Error} with a message that says what to do */
export type Job = (context: CommandContext) => Promise<void>;

/** The arguments after the command's name. */
export interface CommandArguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One command of `rolecall`, described as data. Its dependencies are loaded only when it runs. */
export interface Command {
  readonly name: string;
  /** For `rolecall help`: each form of the command line and its description. */
  readonly usage: readonly (readonly [form: string, does: string])[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** @throws {UsageError} */
  read(given: CommandArguments): Job;
}

/** The command line does not match the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The only operand. @throws {UsageError} if there is none or more than one */
export function onlyOperand({ operands }: CommandArguments, what: string): string {
  const [operand, ...more] = operands;
  if (operand === undefined) throw new UsageError(`${what} is missing`);
  if (more.length > 0) throw new UsageError(`one ${what} at a time`);
  return operand;
}

/** @throws {UsageError} if there is an operand */
export function requireNoOperand({ operands: [operand] }: CommandArguments): void {
  if (operand !== undefined) throw new UsageError(`${operand} is not understood`);
}

/** The value of an option that takes a text. */
export function textOption({ options }: CommandArguments, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
