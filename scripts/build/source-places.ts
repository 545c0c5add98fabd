import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, relative, resolve } from 'node:path';
import type { OutputFile } from 'esbuild';
import type { SourcePlaces } from '../../src/app/log/source-places.ts';

interface Mapping {
  readonly generatedLine: number;
  readonly originalSource: string;
  readonly originalLine: number;
}

/** The first mapping of each line of the built file. */
function* lineMappings(payload: SourceMapPayload): Generator<Mapping> {
  const map = new SourceMap(payload);
  const lines = payload.mappings.split(';').length;
  for (let line = 0; line < lines; line++) {
    // This finds the last entry at or before the position, which belongs to an earlier line if this one has none.
    const entry = map.findEntry(line, Number.MAX_SAFE_INTEGER);
    if (!('originalSource' in entry) || entry.generatedLine !== line) continue;
    yield { generatedLine: line, originalSource: entry.originalSource, originalLine: entry.originalLine };
  }
}

/**
 * The data that the server needs to show source names in stacks, in a much shorter form than source maps: one run per sequence of
 * lines that map consecutively. For packages, only the file is kept.
 * @param maps esbuild's source maps.
 */
export function sourcePlaces(maps: readonly OutputFile[]): SourcePlaces {
  const indexes = new Map<string, number>();
  const files: Record<string, number[]> = {};
  for (const { path, text } of maps) {
    const runs: number[] = [];
    let last: { source: number; offset: number } | undefined;
    for (const { generatedLine, originalSource, originalLine } of lineMappings(JSON.parse(text) as SourceMapPayload)) {
      const name = relative('.', resolve(path, '..', originalSource));
      const source = indexes.get(name) ?? indexes.size;
      indexes.set(name, source);
      const isOurs = name.startsWith('src/');
      const offset = isOurs ? originalLine - generatedLine : 0;
      if (last?.source === source && last.offset === offset) continue;
      runs.push(generatedLine + 1, source, isOurs ? originalLine + 1 : 0);
      last = { source, offset };
    }
    files[basename(path, '.map')] = runs;
  }
  return { sources: [...indexes.keys()], files };
}
