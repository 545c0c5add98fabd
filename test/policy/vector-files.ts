import { readdirSync, readFileSync } from 'node:fs';

/** A file of cases, each with the sentence that it comes from. */
export interface VectorFile<Case> {
  readonly title: string;
  /** By the name that cases have it by: the page, and what it says there in our words; or `Choice: …` where AWS is silent. */
  readonly sources: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const VECTORS = new URL('vectors/', import.meta.url);

/** The names of all files in and below `vectors/<directory>`, as {@link readVectors} takes them. */
export function vectorNames(directory: string): readonly string[] {
  return readdirSync(VECTORS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.startsWith(directory) && path.endsWith('.json'))
    .map((path) => path.slice(0, -'.json'.length))
    .sort();
}

/** Reads `vectors/<name>.json`. */
export function readVectors<Case>(name: string): VectorFile<Case> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), 'utf8')) as VectorFile<Case>;
}

/** The cases of a file as rows for `test.each`: a title with the source, and the case. */
export function vectorRows<Case extends { readonly source: string }>(
  name: string,
  describeCase: (vector: Case) => string,
): readonly (readonly [string, Case])[] {
  const file = readVectors<Case>(name);
  return file.cases.map((vector, index) => {
    const source = file.sources[vector.source];
    if (source === undefined) throw new Error(`${name}.json, case ${index}: unknown source ${vector.source}`);
    return [`[${source}] ${describeCase(vector)}`, vector] as const;
  });
}
