import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type Environment, type EnvironmentVariable, readEnvironment, unknownVariables } from './environment.ts';
import { issueText } from './issue-text.ts';
import { jsonFault } from './json-fault.ts';
import { closestName, knownKeys } from './known-keys.ts';
import { pathNamer } from './path-names.ts';

export interface ConfigSource<Shape extends z.ZodType> {
  /** Strict all the way down, with the defaults in it. */
  readonly shape: Shape;
  readonly environment: readonly EnvironmentVariable[];
  /** Variables of this prefix that are not in the table stop the start. */
  readonly prefix: string;
  /** Configuration files in JSON, the later one over the earlier; a missing optional one is passed over. */
  readonly files: readonly { readonly path: string; readonly optional: boolean }[];
  readonly env: Environment;
  /** The keys by which problems name the elements of lists, rather than by their places. Their values must be no secrets. */
  readonly names?: readonly string[];
}

/** The configuration cannot be used. `problems` are all that is wrong, each with its path or variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.map((text) => `  - ${text}`).join('\n')}`);
    this.problems = problems;
  }
}

type Json = Record<string, unknown>;

/**
 * Reads the configuration: environment over files over defaults; checks it whole and freezes it.
 * @throws {ConfigError} with every problem, not only the first. Values are never part of a message: they may be secrets.
 */
export function loadConfig<Shape extends z.ZodType>(source: ConfigSource<Shape>): z.output<Shape> {
  const problems: string[] = [];
  const merged: Json = {};
  for (const file of source.files) {
    const content = readConfigFile(file, problems);
    if (content !== undefined) mergeInto(merged, content);
  }
  problems.push(...unknownVariables(source.environment, source));
  const origins = new Map<string, string>();
  for (const { variable, name, value } of readEnvironment(source.environment, source.env, problems)) {
    origins.set(variable.path, name);
    setAt(merged, variable.path.split('.'), value);
  }
  const parsed = source.shape.safeParse(merged, { error: issueText });
  if (!parsed.success) {
    const describe = issueDescriber(source.shape, origins, pathNamer(merged, source.names ?? []));
    problems.push(...parsed.error.issues.flatMap(describe));
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return deepFreeze(parsed.data);
}

function readConfigFile(file: { path: string; optional: boolean }, problems: string[]): Json | undefined {
  let text: string;
  try {
    text = readFileSync(file.path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && file.optional) return undefined;
    problems.push(`${file.path}: cannot be read (${code ?? 'unknown error'})`);
    return undefined;
  }
  // Some editors begin a file with a byte order mark.
  const json = text.replace(/^\uFEFF/, '');
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return value;
    problems.push(`${file.path}: must hold one JSON object {…}`);
  } catch {
    const { line, column, expected } = jsonFault(json) ?? { line: 1, column: 1, expected: 'JSON' };
    problems.push(`${file.path}:${line}:${column}: is not valid JSON; expected ${expected}`);
  }
  return undefined;
}

/** Says where an issue is, by the variable that the value came from or else by its key, and what to do. */
function issueDescriber(
  shape: z.ZodType,
  origins: ReadonlyMap<string, string>,
  pathOf: (path: readonly PropertyKey[]) => string,
): (issue: z.core.$ZodIssue) => readonly string[] {
  const known = knownKeys(shape).map(({ path }) => path);
  return (issue) => {
    const path = pathOf(issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(path === '' ? key : `${path}.${key}`, known));
    const variable = [...origins].find(([at]) => path === at || path.startsWith(`${at}.`))?.[1];
    return [`${variable ?? (path === '' ? 'configuration' : path)}: ${issue.message}`];
  };
}

function unknownKey(path: string, known: readonly string[]): string {
  // In a list, what is known of one entry is known of all.
  const meant = closestName(path.replace(/\.\d+(?=\.|$)|\[[^\]]*\]/g, '[]'), known);
  return `${path}: is not a known key${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function mergeInto(into: Json, from: Json): void {
  for (const [key, value] of Object.entries(from)) {
    const old = Object.hasOwn(into, key) ? into[key] : undefined;
    if (isObject(old) && isObject(value)) mergeInto(old, value);
    else define(into, key, isObject(value) ? structuredClone(value) : value);
  }
}

function setAt(into: Json, [step, ...rest]: readonly string[], value: unknown): void {
  if (step === undefined) return;
  if (rest.length === 0) {
    define(into, step, value);
    return;
  }
  const next = into[step];
  const child: Json = isObject(next) ? next : {};
  define(into, step, child);
  setAt(child, rest, value);
}

/** Sets an own property, also where a file has the key `__proto__`. */
function define(into: Json, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
