import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions, commandLineOptions } from './bundle-options.ts';
import { licencesFile, packageDirectories, readPackage } from './licences.ts';
import { sourcePlaces } from './source-places.ts';

/**
 * Builds `dist/`: the server and its commands with all packages that can be bundled (`app/`), the map from built lines to source
 * lines (`app/places.json`), the licences of the bundled packages, and the program `rolecall` (`cli/`).
 *
 * Every file is written under a temporary name and then renamed, the entry point last, so that processes that start or build
 * concurrently find complete and consistent files. A running server may still load parts of the previous build, so these are kept
 * for a while.
 */
const KEEP_FORMER_MS = 24 * 60 * 60 * 1000;
const ENTRY = 'main.js';

function replace(path: string, contents: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

function removeFormer(directory: string, written: ReadonlySet<string>): void {
  const before = Date.now() - KEEP_FORMER_MS;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (!written.has(name) && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < before)
      rmSync(path, { recursive: true, force: true });
  }
}

/** The inputs that contribute to an output. esbuild also reads files of which nothing remains. */
function bundledInputs({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

const { outputFiles = [], metafile } = await build({ ...bundleOptions, write: false });
const app = 'dist/app';
mkdirSync(app, { recursive: true });
const isMap = (path: string): boolean => path.endsWith('.map');
const programs = outputFiles
  .filter(({ path }) => !isMap(path))
  .sort((a, b) => Number(basename(a.path) === ENTRY) - Number(basename(b.path) === ENTRY));
const places = sourcePlaces(outputFiles.filter(({ path }) => isMap(path)));
replace(join(app, 'places.json'), JSON.stringify(places));
replace('dist/third-party-licences.txt', licencesFile(packageDirectories(bundledInputs(metafile)).map(readPackage)));
for (const { path, contents } of programs) replace(join(app, basename(path)), contents);
removeFormer(app, new Set(['places.json', ...programs.map(({ path }) => basename(path))]));

const commandLine = await build({ ...commandLineOptions, write: false });
mkdirSync('dist/cli', { recursive: true });
for (const { path, contents } of commandLine.outputFiles) {
  const target = join('dist/cli', basename(path));
  replace(target, contents);
  chmodSync(target, 0o755);
}
