import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** One environment variable: where in the configuration its value goes. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The path in the configuration, dots between the steps. */
  readonly path: string;
  /** How the text is read; default: as it is. */
  readonly read?: 'text' | 'number' | 'boolean' | 'list';
}

export interface ConfigSource<Shape extends z.ZodType> {
  /** Strict all the way down, with the defaults in it. */
  readonly shape: Shape;
  readonly environment: readonly EnvironmentVariable[];
  /** Variables of this prefix that are not in the table stop the start. */
  readonly prefix: string;
  /** Configuration files in JSON, the later one over the earlier; a missing optional one is passed over. */
  readonly files: readonly { readonly path: string; readonly optional: boolean }[];
  readonly env: Readonly<Record<string, string | undefined>>;
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
  problems.push(...unknownVariables(source));
  const origins = new Map<string, string>();
  for (const variable of source.environment) {
    const text = source.env[variable.name];
    if (text === undefined || text === '') continue;
    origins.set(variable.path, variable.name);
    setAt(merged, variable.path.split('.'), readValue(text, variable.read ?? 'text'));
  }
  const parsed = source.shape.safeParse(merged);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, origins)));
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
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
    problems.push(`${file.path}: must hold a JSON object`);
  } catch {
    problems.push(`${file.path}: is not valid JSON`);
  }
  return undefined;
}

/** Kubernetes tells every pod of the services beside it by variables of these forms; they are none of ours. */
const SERVICE_LINK =
  /^[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

function unknownVariables({ env, environment, prefix }: ConfigSource<z.ZodType>): string[] {
  const known = new Set(environment.map((variable) => variable.name));
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.has(name) && !SERVICE_LINK.test(name))
    .map((name) => `${name}: is not a variable of this server (see the configuration table in the README)`);
}

function readValue(text: string, how: NonNullable<EnvironmentVariable['read']>): unknown {
  switch (how) {
    case 'text':
      return text;
    case 'number':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
  }
}

function describeIssue(issue: z.core.$ZodIssue, origins: ReadonlyMap<string, string>): string[] {
  const path = issue.path.map(String).join('.');
  const variable = [...origins].find(([at]) => path === at || path.startsWith(`${at}.`))?.[1];
  const place = variable ?? (path === '' ? 'configuration' : path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${path === '' ? key : `${path}.${key}`}: is not a known key`);
  }
  return [`${place}: ${issue.message}`];
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
