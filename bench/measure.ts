import type { Bench, Figure, PreparedBench, Workload } from './bench.ts';

const ROUNDS = 9;
const ROUND_MS = 200;
/** The clock is read once per batch, so that reading it does not affect the result. */
const BATCH = 100;

function measureSync(call: () => unknown, durationMs: number): number {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < durationMs) {
    for (let i = 0; i < BATCH; i++) call();
    calls += BATCH;
    elapsed = performance.now() - start;
  }
  return (calls / elapsed) * 1000;
}

async function measureAsync(call: () => Promise<unknown>, concurrency: number, durationMs: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  async function worker(): Promise<void> {
    while (performance.now() - start < durationMs) {
      await call();
      calls += 1;
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (calls / (performance.now() - start)) * 1000;
}

/** The measurement of a variant in one round. */
interface Measured {
  /** Operations per second. */
  readonly rate: number;
  readonly cpuMicroseconds: number | undefined;
}

/** Measures a workload for about the given time. */
async function measure(workload: Workload, durationMs: number): Promise<Measured> {
  switch (workload.kind) {
    case 'sync':
      return { rate: measureSync(workload.call, durationMs), cpuMicroseconds: undefined };
    case 'async':
      return {
        rate: await measureAsync(workload.call, workload.concurrency, durationMs),
        cpuMicroseconds: undefined,
      };
    case 'rate':
      return measureProcess(workload, durationMs);
  }
}

async function measureProcess(workload: Workload & { readonly kind: 'rate' }, durationMs: number): Promise<Measured> {
  const start = performance.now();
  const before = workload.cpu?.();
  const rate = await workload.measure(durationMs);
  const after = workload.cpu?.();
  const operations = (rate * (performance.now() - start)) / 1000;
  await workload.settle?.();
  const isKnown = before !== undefined && after !== undefined;
  return { rate, cpuMicroseconds: isKnown ? (after - before) / operations : undefined };
}

/** The middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  const upper = ordered[middle] ?? Number.NaN;
  return ordered.length % 2 === 1 ? upper : (upper + (ordered[middle - 1] ?? Number.NaN)) / 2;
}

/** The median of the measured values; `undefined` if there are none. */
function medianCpu(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : median(known);
}

type Round = ReadonlyMap<string, Measured>;

async function measureRound(prepared: PreparedBench, roundMs: number, first: number): Promise<Round> {
  const variants = Object.entries(prepared.variants);
  const round = new Map<string, Measured>();
  for (let i = 0; i < variants.length; i++) {
    // Each round starts with a different variant, because the first one may find the machine in a different state.
    const [name, workload] = variants[(first + i) % variants.length] as [string, Workload];
    round.set(name, await measure(workload, roundMs));
  }
  return round;
}

/** Measures all variants of a bench in turns and returns the medians. A first warm-up round is not counted. */
export async function runBench(bench: Bench): Promise<Figure[]> {
  const { name, against, roundMs = ROUND_MS, rounds: count = ROUNDS } = bench;
  const prepared = await bench.prepare();
  try {
    if (!Object.hasOwn(prepared.variants, against)) throw new Error(`bench ${name} has no variant ${against}`);
    await measureRound(prepared, roundMs, 0);
    const rounds: Round[] = [];
    for (let i = 0; i < count; i++) rounds.push(await measureRound(prepared, roundMs, i));
    const rate = (round: Round, variant: string) => round.get(variant)?.rate ?? Number.NaN;
    return Object.keys(prepared.variants).map((variant) => ({
      bench: name,
      variant,
      opsPerSecond: median(rounds.map((round) => rate(round, variant))),
      against,
      ratio: median(rounds.map((round) => rate(round, variant) / rate(round, against))),
      cpuMicroseconds: medianCpu(rounds.map((round) => round.get(variant)?.cpuMicroseconds)),
    }));
  } finally {
    await prepared.tearDown?.();
  }
}
