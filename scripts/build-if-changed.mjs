import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/**
 * Builds unless the last completed build used the same files and is intact. Files are compared by name, size and modification time,
 * for equality, so that removed files and older replacements are noticed too. The stamp records the state at the beginning of the
 * build, so a change during the build leads to another one.
 *
 * Concurrent calls build several times. That is harmless, because a build replaces files atomically (build/build.ts).
 */
const STAMP = 'dist/.built';
// The last one is npm's own file, which changes when packages are installed.
const MADE_OF = ['src', 'scripts/build', 'package.json', 'package-lock.json', 'node_modules/.package-lock.json'];

const filesIn = (path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => `${path}/${name}`)
    .filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
};

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn).sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest('hex');
}

function lastBuild() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

const madeOf = digestOf(MADE_OF);
const last = lastBuild();
if (last?.madeOf !== madeOf || !last.files?.every((file) => existsSync(file))) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const files = filesIn('dist').filter((file) => file !== STAMP && !file.endsWith('.tmp'));
  const temporary = `${STAMP}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ madeOf, files })}\n`);
  renameSync(temporary, STAMP);
}
