import { parseArgs } from 'node:util';
import { UsageError } from './failure.ts';
import type { Machine, Places } from './places.ts';

/** What a command works with. */
export interface Context {
  readonly machine: Machine;
  readonly places: Places;
  /** The program and the script that run, for `credential_process`. */
  readonly program: readonly string[];
  readonly stdin: NodeJS.ReadStream;
  readonly print: (text: string) => void;
  /** Tells the person something, on standard error. */
  readonly say: (line: string) => void;
}

export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** The options of a command: those with a value, and those without. */
export interface OptionNames {
  readonly texts: readonly string[];
  readonly flags: readonly string[];
}

/** @throws {UsageError} */
export function readOptions({ texts, flags }: OptionNames, args: readonly string[]): Options {
  const options = Object.fromEntries([
    ...texts.map((name) => [name, { type: 'string' }] as const),
    ...flags.map((name) => [name, { type: 'boolean' }] as const),
  ]);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as Options;
  } catch (cause) {
    throw new UsageError((cause as Error).message.split('. ')[0], { cause });
  }
}

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws {UsageError} */
export function requiredOption(options: Options, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}
