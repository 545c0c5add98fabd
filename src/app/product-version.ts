import { readFileSync } from 'node:fs';

/** The version of this installation, from its `package.json`. */
export function productVersion(): string {
  // Two levels up, both here and in `dist/app/`, where the build output is.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
