import { SourceMap } from 'node:module';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The variable-length quantity of source maps: groups of five bits, the sign in the first. */
function encode(value: number): string {
  let text = '';
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  do {
    const group = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? group | 32 : group];
  } while (rest > 0);
  return text;
}

interface Parts {
  readonly sources: string[];
  readonly mappings: string;
}

/**
 * A source map that knows the line of each line of the bundle, but no columns. Jest decodes the map again for each test file in which an
 * error has a stack, and keeps it: a million positions would take longer than many of these files.
 */
export function lineMap(map: string, text: string): string {
  const whole = JSON.parse(map) as Parts;
  const known = new SourceMap({ file: '', sourceRoot: '', names: [], sourcesContent: [], version: 3, ...whole });
  const indexOf = new Map(whole.sources.map((source, index) => [source, index]));
  const former = { source: 0, line: 0 };
  const lines = text.split('\n').map((content, n) => {
    const entry = known.findEntry(n, Math.max(content.search(/\S/), 0));
    if (!('originalSource' in entry) || entry.generatedLine !== n) return '';
    const { originalSource, originalLine: line } = entry;
    const source = indexOf.get(originalSource) ?? 0;
    const segment = [0, source - former.source, line - former.line, 0].map(encode).join('');
    Object.assign(former, { source, line });
    return segment;
  });
  return JSON.stringify({ ...whole, names: [], mappings: lines.join(';') });
}
