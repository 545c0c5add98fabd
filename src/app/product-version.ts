import { readFileSync } from 'node:fs';

/** The version of this installation, as its `package.json` says it. */
export function productVersion(): string {
  // Two levels up, here as in `dist/app/`, where the build puts everything.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
