import { readFileSync } from 'node:fs';
import { closestName } from './known-keys.ts';

/** An environment variable, and where its value goes in the configuration. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The dotted path in the configuration. */
  readonly path: string;
  /** How the value is parsed. Default: `text`. */
  readonly read?: 'text' | 'number' | 'boolean' | 'list';
  /** Whether it is a secret. A secret may also come from a file named by the variable `…_FILE`. */
  readonly isSecret?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value from the environment. */
export interface GivenValue {
  readonly variable: EnvironmentVariable;
  /** The variable that it came from, for messages. */
  readonly name: string;
  readonly value: unknown;
}

const FILE = '_FILE';
/** No secret is longer than this; a larger file must be a mistake. */
const LARGEST_FILE = 65_536;

/** Reads the variables of the table. An empty variable counts as unset. @param problems Problems are appended to it. */
export function readEnvironment(
  variables: readonly EnvironmentVariable[],
  env: Environment,
  problems: string[],
): readonly GivenValue[] {
  return variables.flatMap((variable) => {
    const { name, read = 'text' } = variable;
    const text = env[name] || undefined;
    const file = (variable.isSecret && env[`${name}${FILE}`]) || undefined;
    if (text !== undefined && file !== undefined) {
      problems.push(`${name} and ${name}${FILE}: only one of them may be set`);
      return [];
    }
    if (file !== undefined) {
      const secret = readSecret(`${name}${FILE}`, file, problems);
      return secret === undefined ? [] : [{ variable, name: `${name}${FILE}`, value: secret }];
    }
    return text === undefined ? [] : [{ variable, name, value: readValue(withoutLineEnd(text), read) }];
  });
}

/** Editors and `echo` end a file with a line ending, which is not part of a secret. Other white space may be. */
const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');

function readSecret(name: string, path: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const secret = withoutLineEnd(text);
    if (text.length > LARGEST_FILE) problems.push(`${name}: ${path} is too large for a secret`);
    else if (secret === '') problems.push(`${name}: ${path} is empty`);
    else return secret;
  } catch (error) {
    problems.push(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  return undefined;
}

/** Kubernetes sets variables of these forms in every pod, to announce services in the same namespace. They are not ours. */
const SERVICE_LINK =
  /^[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

/** Returns a problem for each variable that has our prefix but is not in the table. */
export function unknownVariables(
  variables: readonly EnvironmentVariable[],
  { env, prefix }: { readonly env: Environment; readonly prefix: string },
): readonly string[] {
  const known = variables.flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}${FILE}`] : [name]));
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => {
      const meant = closestName(name, known);
      return `${name}: is not a known variable${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    });
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
