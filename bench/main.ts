/**
 * Runs the benches: `npm run bench [-- NAME…] [-- --json]`. These run separately:
 * `-- --stores=embedded,mongo+redis [--processes=1,2,4] [NAME…]`: servers with these numbers of processes on each pair of stores;
 * `-- growth [--sizes=0,10000]`: the cost of operations as the number of entities grows;
 * `-- workers [--processes=1,2,auto]`: servers with these numbers of workers;
 * `-- directory-sync [--sizes=100000]`: syncs of an OpenLDAP directory (Debian package `slapd`) with these numbers of people;
 * `-- sign-in-times [--sizes=1000]`: how long a wrong password takes by kind of name, with so many tries of each;
 * `-- sign-in-storm [--sizes=1000]`: other calls while so many people sign in at once.
 * All variants of a bench take turns within one run, so that their ratios hold on a busy machine. Figures are medians over the rounds.
 */

import type { Bench, Figure, SizeBench, SizeFigure } from './bench.ts';
import { ALL_BENCHES } from './benches.ts';
import { runBench } from './measure.ts';
import type { StormFigures, StormRound } from './sign-in/storm.ts';

function selected(names: readonly string[]): readonly (Bench | SizeBench)[] {
  const unknown = names.filter((name) => !ALL_BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(`no bench ${unknown.join(', ')}; there are: ${ALL_BENCHES.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? ALL_BENCHES : ALL_BENCHES.filter(({ name }) => names.includes(name));
}

const SLOW = 100;

function print(figure: Figure): void {
  const { opsPerSecond } = figure;
  // For slow operations, show the duration instead of the rate.
  const isSlow = opsPerSecond < SLOW;
  const text = isSlow
    ? `${Math.round(1000 / opsPerSecond)} ms   `
    : `${Math.round(opsPerSecond).toLocaleString('en')} ops/s`;
  const cpu = figure.cpuMicroseconds === undefined ? '' : `   ${figure.cpuMicroseconds.toFixed(1)} µs CPU`;
  console.log(
    `  ${figure.variant.padEnd(40)}${text.padStart(18)}   ${figure.ratio.toFixed(2)} × ${figure.against}${cpu}`,
  );
}

function printJson({ bench, variant, opsPerSecond, against, ratio }: Figure): void {
  const rate = opsPerSecond < SLOW ? Number(opsPerSecond.toFixed(3)) : Math.round(opsPerSecond);
  const rounded = { opsPerSecond: rate, against, ratio: Number(ratio.toFixed(4)) };
  console.log(JSON.stringify({ bench, variant, ...rounded }));
}

function printSize({ variant, bytes }: SizeFigure): void {
  console.log(`  ${variant.padEnd(40)}${(bytes / 1024).toFixed(1).padStart(12)} KiB`);
}

function printSizeJson({ bench, variant, bytes }: SizeFigure): void {
  console.log(JSON.stringify({ bench, variant, bytes: Math.round(bytes) }));
}

async function runAndPrint(bench: Bench | SizeBench): Promise<void> {
  if (!isJson) console.log(bench.name);
  if ('measureSizes' in bench) bench.measureSizes().forEach(isJson ? printSizeJson : printSize);
  else for (const figure of await runBench(bench)) (isJson ? printJson : print)(figure);
}

/** The value of `--name=value`. */
function option(name: string): string | undefined {
  return parameters.find((parameter) => parameter.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** Benches on selected stores: each pair separately, with one variant per number of processes. */
async function runOnStores(list: string, names: readonly string[]): Promise<void> {
  // Imported only here: loading all drivers and clients into this process would slow down the decision benches considerably.
  const { OPERATION_NAMES, openStoresBenches, STORES } = await import('./stores/stores-benches.ts');
  const processes = (option('processes') ?? '1,2,4').split(',').map(Number);
  const isWrong = (count: number): boolean => !Number.isInteger(count) || count < 1;
  if (processes.some(isWrong)) throw new Error('--processes= takes numbers, such as 1,2,4');
  const chosen = list.split(',').map((name) => {
    const stores = STORES.find((known) => known === name);
    if (stores === undefined) throw new Error(`no stores ${name}; there are: ${STORES.join(', ')}`);
    return stores;
  });
  const unknown = names.filter((name) => !OPERATION_NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(`no ${unknown.join(', ')} on stores; there are: ${OPERATION_NAMES.join(', ')}`);
  const log = (line: string): void => void (isJson ? console.error : console.log)(line);
  for (const stores of chosen) {
    log(`on ${stores}`);
    const opened = await openStoresBenches({
      stores,
      processes,
      names: names.length === 0 ? OPERATION_NAMES : names,
      log,
    });
    // The started servers do not end by themselves.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void opened.stop().finally(() => process.exit(1)));
    try {
      for (const bench of opened.benches) await runAndPrint(bench);
    } finally {
      await opened.stop();
    }
  }
}

/** The gain from several workers. Runs separately, because it pins its process to one core. */
async function runWorkers(): Promise<void> {
  const { openWorkersBenches } = await import('./workers/workers.ts');
  const choices = (option('processes') ?? '1,auto').split(',');
  const opened = await openWorkersBenches(choices, (line) => void (isJson ? console.error : console.log)(line));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void opened.stop().finally(() => process.exit(1)));
  try {
    for (const bench of opened.benches) await runAndPrint(bench);
  } finally {
    await opened.stop();
  }
}

/** How costs grow with the number of users, roles and policies. Runs separately, because filling the store takes minutes. */
async function runGrowth(): Promise<void> {
  const { growth, SIZES } = await import('./growth/growth.ts');
  const sizes = option('sizes')?.split(',').map(Number) ?? SIZES;
  if (sizes.some((size) => !Number.isInteger(size) || size < 0))
    throw new Error('--sizes= takes numbers, such as 0,10000');
  if (!isJson) console.log('growth');
  for await (const figure of growth(sizes, (line) => void (isJson ? console.error : console.log)(line))) {
    const { operation, size, cpuMicroseconds, ratio, pages } = figure;
    if (isJson) console.log(JSON.stringify({ bench: 'growth', ...figure }));
    else
      console.log(
        `  ${operation.padEnd(20)}${String(size).padStart(10)} ${cpuMicroseconds.toFixed(0).padStart(8)} µs CPU   ${ratio.toFixed(2)} ×   ${pages?.toFixed(1) ?? '–'} pages`,
      );
  }
}

/** Syncs of a large directory. Runs separately, because filling the store takes minutes. */
async function runDirectorySync(): Promise<void> {
  const { DIRECTORY_SIZES, directorySyncs } = await import('./directory-sync/directory-sync.ts');
  const sizes = option('sizes')?.split(',').map(Number) ?? DIRECTORY_SIZES;
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error('--sizes= takes numbers, such as 1000');
  for await (const { report, ...figure } of directorySyncs(sizes, (line) => console.error(line))) {
    const { what, people, seconds, cpuSeconds, directoryCpuSeconds, ownMegabytes, megabytes } = figure;
    if (isJson) console.log(JSON.stringify({ bench: 'directory-sync', ...figure }));
    else
      console.log(
        `  ${people} people, ${what}: ${seconds.toFixed(0)} s; CPU: ${cpuSeconds.toFixed(1)} s, and ${directoryCpuSeconds.toFixed(1)} s of OpenLDAP; ${ownMegabytes.toFixed(0)} MB of memory, ${megabytes.toFixed(0)} MB with mapped files; updated: ${report['Updated']}`,
      );
  }
}

/** How long a wrong password takes by kind of name. Runs separately, because it compares distributions. */
async function runSignInTimes(): Promise<void> {
  const { signInTimes } = await import('./sign-in/times.ts');
  for (const figure of await signInTimes(oneSize(1000), (line) => console.error(line))) {
    const { kind, tries, p10, median, p90, distance, noise } = figure;
    if (isJson) console.log(JSON.stringify({ bench: 'sign-in-times', ...figure }));
    else
      console.log(
        `  ${kind.padEnd(24)}${tries} tries   p10 ${p10.toFixed(1)}   median ${median.toFixed(1)}   p90 ${p90.toFixed(1)} ms   distance ${distance.toFixed(3)} (${noise.toFixed(3)} is noise)`,
      );
  }
}

/** Other calls during a storm of sign-ins. Runs separately, because the storm takes all cores. */
async function runSignInStorm(): Promise<void> {
  const [{ signInStorm }, { medianOf }] = await Promise.all([
    import('./sign-in/storm.ts'),
    import('./sign-in/quantiles.ts'),
  ]);
  const rounds = await signInStorm(oneSize(1000), (round) => {
    if (isJson) console.log(JSON.stringify({ bench: 'sign-in-storm', ...round }));
    else console.log(stormLines(round).join('\n'));
  });
  if (isJson) return;
  const ratioOf = (read: (figures: StormFigures) => number): string =>
    medianOf(rounds.map(({ figures: [calm, storm] }) => read(storm) / read(calm))).toFixed(2);
  console.log(
    `  storm to calm, medians: p99 ${ratioOf(({ p99 }) => p99)}, tokens ${ratioOf((f) => f.tokensPerSecond)}`,
  );
}

function stormLines({ figures, browser, person, counts, seconds }: StormRound): readonly string[] {
  const { signedIn, others, median, max } = person;
  const took = signedIn === 0 ? '' : `, median ${median.toFixed(1)} s, at most ${max.toFixed(1)} s`;
  return [
    ...figures.map(
      ({ when, p50, p99, max: most, tokensPerSecond, megabytes }) =>
        `  ${when.padEnd(8)}AssumeRole p50 ${p50.toFixed(1)}   p99 ${p99.toFixed(1)}   max ${most.toFixed(1)} ms   ${tokensPerSecond.toFixed(0)} tokens/s   ${megabytes.toFixed(0)} MB`,
    ),
    `  one person with a ${browser} browser: signed in ${signedIn} times${took}${others.length > 0 ? `; not: ${others.join(', ')}` : ''}`,
    `  sign-ins of the others in ${seconds.toFixed(0)} s:`,
    ...Object.entries(counts).map(([outcome, count]) => `    ${outcome}: ${count}`),
  ];
}

function oneSize(usual: number): number {
  const size = Number(option('sizes') ?? usual);
  if (!Number.isInteger(size) || size < 1) throw new Error('--sizes= takes one number, such as 1000');
  return size;
}

const parameters = process.argv.slice(2).filter((parameter) => parameter !== '--');
const isJson = parameters.includes('--json');
const names = parameters.filter((parameter) => !/^--(json$|stores=|processes=|sizes=)/.test(parameter));
const storesList = option('stores');
if (names.length === 1 && names[0] === 'growth') await runGrowth();
else if (names.length === 1 && names[0] === 'workers') await runWorkers();
else if (names.length === 1 && names[0] === 'directory-sync') await runDirectorySync();
else if (names.length === 1 && names[0] === 'sign-in-times') await runSignInTimes();
else if (names.length === 1 && names[0] === 'sign-in-storm') await runSignInStorm();
else if (storesList !== undefined) await runOnStores(storesList, names);
else for (const bench of selected(names)) await runAndPrint(bench);
