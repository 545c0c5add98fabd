import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EXTERNAL_PACKAGES } from './external-packages.ts';

/**
 * `npm pack` packs `package.json` as it is on disk, so this replaces it while npm packs, and then restores it (`prepack`, `postpack`). The
 * packed file names no package that is bundled. The others have native code that only the server needs: they are optional, so that the
 * commands for people's own machines install without them.
 */
const MANIFEST = 'package.json';
const KEPT = '.package.json.kept';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

function packedManifest({ dependencies, devDependencies: _, scripts: __, jest: ___, ...rest }: Manifest): object {
  const kept = Object.entries(dependencies).filter(([name]) => EXTERNAL_PACKAGES.includes(name));
  return { ...rest, optionalDependencies: Object.fromEntries(kept) };
}

const [action] = process.argv.slice(2);
if (action === 'write') {
  // A run that was cut off has left the original aside.
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
  const packed = packedManifest(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest);
  // A rename keeps the file's time, by which build-if-changed knows it.
  renameSync(MANIFEST, KEPT);
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`);
} else if (action === 'restore') renameSync(KEPT, MANIFEST);
