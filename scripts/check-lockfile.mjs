import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Checks that `npm ci` works from the lockfile alone: if a package ships one optional package per platform, the lockfile must list
 * all of them. npm omits those that its registry does not have, and then refuses its own lockfile. `--write` adds the missing ones,
 * with the platform taken from their name. They have no hash, because we never downloaded them, and are never fetched on another
 * platform. This runs before anything is installed, so it is plain JavaScript.
 */
const FILE = 'package-lock.json';
const lockfile = JSON.parse(readFileSync(FILE, 'utf8'));
const { packages } = lockfile;

/** `@biomejs/cli-linux-x64-musl` → linux, x64, musl. */
function platformOf(name) {
  const match = /(android|darwin|freebsd|linux|openharmony|win32|wasm32)-?([a-z0-9]+)?-?([a-z]+)?$/.exec(name);
  const [, os, cpu, abi = ''] = match ?? [];
  if (os === undefined || os === 'wasm32') return { cpu: ['wasm32'] };
  const libc = os !== 'linux' ? undefined : /musl/.test(abi) ? 'musl' : /gnu/.test(abi) ? 'glibc' : undefined;
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}

const missing = Object.entries(packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(
      ([name]) =>
        packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    )
    .map(([name, version]) => ({ name, version, isDev: entry.dev === true })),
);

if (process.argv.includes('--write')) {
  for (const { name, version, isDev } of missing) {
    packages[`node_modules/${name}`] = { version, ...(isDev && { dev: true }), optional: true, ...platformOf(name) };
  }
  const { '': root, ...rest } = packages;
  const sorted = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lockfile.packages = { '': root, ...Object.fromEntries(sorted) };
  writeFileSync(FILE, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`${missing.length} packages added`);
} else {
  for (const { name, version } of missing) console.error(`${FILE} lacks ${name}@${version}, so npm ci would refuse it`);
  console.log(`${Object.keys(packages).length} packages, ${missing.length} missing`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
