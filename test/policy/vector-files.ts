import { readFileSync } from 'node:fs';

/** A file of cases, each with the sentence that it comes from. */
export interface VectorFile<Case> {
  readonly title: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

/** Reads `vectors/<name>.json` as rows for `test.each`: a title with the source, and the case. */
export function vectorRows<Case extends { readonly source: string }>(
  name: string,
  describeCase: (vector: Case) => string,
): readonly (readonly [string, Case])[] {
  const file = JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')) as VectorFile<Case>;
  return file.cases.map((vector, index) => {
    const source = file.sources[vector.source];
    if (source === undefined) throw new Error(`${name}.json, case ${index}: unknown source ${vector.source}`);
    return [`[${source}] ${describeCase(vector)}`, vector] as const;
  });
}
