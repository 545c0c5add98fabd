import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';

/** Builds unless a build finished after the newest change of what it is made of. Directories count, too: a removed file changes one. */
const STAMP = 'dist/.built';
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = ['src', ...readdirSync('src', { recursive: true }).map((name) => `src/${name}`)];
const newest = Math.max(...[...sources, 'package.json', 'package-lock.json'].map(changedAt));
const built = Math.min(changedAt(STAMP), changedAt('dist/app/main.js') === 0 ? 0 : Number.POSITIVE_INFINITY);
if (built <= newest) {
  const startedAt = new Date();
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  writeFileSync(STAMP, `${startedAt.toISOString()}\n`);
}
