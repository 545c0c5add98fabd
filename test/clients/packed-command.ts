import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../harness/run-program.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** What `npm pack` and its scripts read. A copy, because packing replaces `package.json` for a moment. */
const COPIED = [
  '.npmrc',
  'package.json',
  'package-lock.json',
  'dist',
  'config',
  'docs',
  'scripts',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];
const LINKED = ['src', 'node_modules'];

export interface PackedCommand {
  /** The program, as npm has linked it. */
  readonly path: string;
  /** Where it is installed: an empty folder before. */
  readonly directory: string;
  /** The files in the tarball. */
  readonly files: readonly string[];
}

/** Packs the product as `npm pack` does, and installs the tarball in an empty folder, without any other package and any network. */
export async function installPackedCommand(directory: string): Promise<PackedCommand> {
  const copy = join(directory, 'copy');
  const empty = join(directory, 'an empty folder');
  mkdirSync(copy);
  mkdirSync(empty);
  for (const name of COPIED)
    cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  for (const name of LINKED) symlinkSync(join(REPOSITORY, name), join(copy, name));
  const env = { PATH: process.env['PATH'] ?? '', HOME: directory, npm_config_cache: join(directory, 'npm') };
  const packed = await npm(['pack', '--ignore-scripts=false', '--json', '--pack-destination', directory], {
    env,
    cwd: copy,
  });
  const [tarball] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (tarball === undefined) throw new Error(`npm pack made nothing: ${packed}`);
  const flags = ['--offline', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  await npm(['install', ...flags, join(directory, tarball.filename)], { env, cwd: empty });
  return {
    path: join(empty, 'node_modules', '.bin', 'rolecall'),
    directory: empty,
    files: tarball.files.map(({ path }) => path),
  };
}

async function npm(
  args: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<string> {
  const { status, stdout, stderr } = await runProgram('npm', args, env, cwd);
  if (status !== 0) throw new Error(`npm ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
