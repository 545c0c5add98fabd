import { readFileSync } from 'node:fs';

/** Where the lines of built files come from; made by the build (`scripts/build/source-places.ts`). */
export interface SourcePlaces {
  readonly sources: readonly string[];
  /** Of each built file, one run of lines after the other: its first line, the index of its source, the source's line there or 0. */
  readonly files: Readonly<Record<string, readonly number[]>>;
}

const RUN = 3;

function placeOf({ sources, files }: SourcePlaces, file: string, line: number): string | undefined {
  const runs = files[file];
  if (runs === undefined) return undefined;
  let run: { first: number; source: string; sourceLine: number } | undefined;
  for (let i = 0; i < runs.length; i += RUN) {
    const [first = 0, source = 0, sourceLine = 0] = runs.slice(i, i + RUN);
    if (first > line) break;
    run = { first, source: sources[source] ?? '', sourceLine };
  }
  if (run === undefined) return undefined;
  return run.sourceLine === 0 ? run.source : `${run.source}:${run.sourceLine + line - run.first}`;
}

/**
 * Makes what puts the names and lines of sources into the frames of a stack. Frames of built files that are not known stay as they are.
 * @param directory where the built files are, as a URL with a slash at the end.
 */
export function sourceNames(places: SourcePlaces, directory: string): (frames: string) => string {
  const literal = directory.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const built = new RegExp(`${literal}([\\w.-]+):(\\d+):\\d+`, 'g');
  return (frames) =>
    frames.replace(built, (place, file: string, line: string) => placeOf(places, file, Number(line)) ?? place);
}

let known: ((frames: string) => string) | undefined;

/**
 * The frames of a stack with the names of our sources, where this is the built server. The table is read when it is first needed: a start has
 * no stack to print.
 */
export function withSourceNames(frames: string): string {
  known ??= ofThisBuild();
  return known(frames);
}

function ofThisBuild(): (frames: string) => string {
  try {
    const text = readFileSync(new URL('./places.json', import.meta.url), 'utf8');
    return sourceNames(JSON.parse(text) as SourcePlaces, new URL('.', import.meta.url).href);
  } catch {
    // Sources name themselves.
    return (frames) => frames;
  }
}
