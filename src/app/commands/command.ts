import type { Writable } from 'node:stream';
import type { ParseArgsConfig } from 'node:util';
import type { Settings } from '../settings.ts';
import type { Report } from './report.ts';

/** What a command works with. */
export interface CommandContext {
  readonly settings: Settings;
  /** For what was asked for. */
  readonly stdout: Writable;
  /** For what is said about it. */
  readonly report: Report;
}

/** What a command line asks for, to be done. @throws {Error} telling what to do */
export type Job = (context: CommandContext) => Promise<void>;

/** What follows the command's name on the command line. */
export interface CommandArguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One command of `rolecall`, as data. What it needs is loaded only when it runs. */
export interface Command {
  readonly name: string;
  /** For `rolecall help`: each form of the command line, and what it does. */
  readonly usage: readonly (readonly [form: string, does: string])[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** @throws {UsageError} */
  read(given: CommandArguments): Job;
}

/** The command line is not one that `rolecall help` tells of. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The only operand. @throws {UsageError} if there is none, or more than one */
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

/** The text of an option that takes one. */
export function textOption({ options }: CommandArguments, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
