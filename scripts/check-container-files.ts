import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.ts';
import { environmentVariables } from '../src/app/settings/environment-variables.ts';

/**
 * Checks the container files: the server must know all of their variables, and the image must build, start, become healthy and
 * stop. Uses a container engine (check-image.sh) if one works. Otherwise, carries out the steps of the Dockerfile in ordinary
 * directories, starts the result with the image's own command, and runs the image's own health check.
 */
const NO_ENGINE_HERE = 77;
interface Step {
  readonly word: string;
  readonly rest: string;
}

/** The steps of each stage, with continuation lines joined. */
function stagesOf(dockerfile: string): readonly (readonly Step[])[] {
  const lines = dockerfile
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Step[][] = [];
  for (const line of lines) {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest: rest.join(' ').trim() });
  }
  return stages;
}

function run(command: string, cwd: string): void {
  console.log(`${cwd}$ ${command}`);
  const { status } = spawnSync('bash', ['-c', command], { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`exit code ${status}: ${command}`);
}

function copy(rest: string, from: string, to: string): void {
  const [target = '', ...sources] = rest
    .split(' ')
    .filter((word) => !word.startsWith('--'))
    .reverse();
  for (const source of sources) {
    const path = join(from, source.replace(/^\/app\//, ''));
    if (!existsSync(path)) throw new Error(`COPY of what is not there: ${source}`);
    const isDirectoryTarget = target === './' || target === '.';
    cpSync(path, join(to, isDirectoryTarget ? source.replace(/^\/app\//, '') : target), { recursive: true });
  }
}

function knownVariables(text: string, file: string): readonly string[] {
  const known = new Set(['ROLECALL_CONFIG', ...environmentVariables.map(({ name }) => name)]);
  const named = text.match(/\bROLECALL_[A-Z_]+\b/g) ?? [];
  return named.filter((name) => !known.has(name)).map((name) => `${file}: the server does not know ${name}`);
}

function environmentOf(steps: readonly Step[]): Record<string, string> {
  const text = steps
    .filter(({ word }) => word === 'ENV')
    .map(({ rest }) => rest)
    .join(' ');
  return Object.fromEntries([...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

async function startImage(image: string, steps: readonly Step[]): Promise<void> {
  const rest = (word: string): string => steps.find((step) => step.word === word)?.rest ?? '';
  const command = JSON.parse(rest('CMD')) as string[];
  const health = JSON.parse(/CMD (\[.*\])/.exec(rest('HEALTHCHECK'))?.[1] ?? '[]') as string[];
  const state = mkdtempSync(join(tmpdir(), 'rolecall-state-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...environmentOf(steps),
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    ROLECALL_DATA_DIR: join(state, 'data'),
    ROLECALL_KEYS_DIR: join(state, 'keys'),
  };
  const server = spawn(command[0] ?? '', command.slice(1), {
    cwd: image,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(server, 'exit') as Promise<[number | null, string | null]>;
  let isHealthy = false;
  for (let tries = 0; tries < 480 && !isHealthy && server.exitCode === null; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    isHealthy = spawnSync(health[0] ?? '', health.slice(1), { env }).status === 0;
  }
  server.kill('SIGTERM');
  const [code] = await exited;
  rmSync(state, { recursive: true, force: true });
  if (!isHealthy) throw new Error('the health check of the image does not pass');
  if (code !== 0) throw new Error(`SIGTERM ended the server with exit code ${code}, not 0`);
}

const dockerfile = readFileSync('Dockerfile', 'utf8');
const problems = [
  ...knownVariables(dockerfile, 'Dockerfile'),
  ...['compose.yaml', 'compose.stores.env'].flatMap((file) => knownVariables(readFileSync(file, 'utf8'), file)),
];
if (problems.length > 0) throw new Error(problems.join('\n'));

async function buildWithoutEngine(): Promise<void> {
  const [build = [], final = []] = stagesOf(dockerfile);
  const place = mkdtempSync(join(tmpdir(), 'rolecall-image-'));
  const [buildDirectory, imageDirectory] = [join(place, 'build'), join(place, 'image')];
  try {
    for (const directory of [buildDirectory, imageDirectory]) mkdirSync(directory);
    for (const { word, rest } of build) {
      if (word === 'COPY') copy(rest, '.', buildDirectory);
      if (word === 'RUN') run(rest.replace(/^(--\S+ +)+/, ''), buildDirectory);
    }
    for (const { word, rest } of final) {
      if (word === 'COPY') copy(rest, rest.startsWith('--from=build') ? buildDirectory : '.', imageDirectory);
    }
    await startImage(imageDirectory, final);
    console.log('NO ENGINE BUILT THE IMAGE (see above why); by its steps it would build, start, be healthy and stop');
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const { status } = spawnSync('scripts/check-image.sh', { stdio: 'inherit' });
if (status === NO_ENGINE_HERE) await buildWithoutEngine();
else process.exitCode = status ?? 1;
