import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type Environment, type EnvironmentVariable, readEnvironment, unknownVariables } from './environment.ts';
import { issueText } from './issue-text.ts';
import { jsonFault } from './json-fault.ts';
import { closestName, knownKeys } from './known-keys.ts';
import { pathNamer } from './path-names.ts';

export interface ConfigSource<Shape extends z.ZodType> {
  /** The schema, strict at every level and including the defaults. */
  readonly shape: Shape;
  readonly environment: readonly EnvironmentVariable[];
  /** Variables with this prefix that are not in the table are an error. */
  readonly prefix: string;
  /** JSON configuration files; later ones override earlier ones. A missing optional file is skipped. */
  readonly files: readonly { readonly path: string; readonly optional: boolean }[];
  readonly env: Environment;
  /** Keys whose values identify list elements in messages, instead of their positions. The values must not be secrets. */
  readonly names?: readonly string[];
}

/** The configuration is invalid. `problems` lists everything that is wrong, each with its path or variable. */
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
 * Loads the configuration: the environment overrides the files, which override the defaults. Validates and freezes the result.
 * @throws {ConfigError} with every problem, not only the first. Messages never contain values, which may be secrets.
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
  // Some editors start a file with a byte order mark.
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

/** Describes an issue: the variable that the value came from, or else its key, and what to do. */
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
  // All entries of a list have the same known keys.
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

/** Sets an own property, even if a file has the key `__proto__`. */
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
