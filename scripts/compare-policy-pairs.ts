import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { decide } from '../src/policy/combine/decide.ts';
import { compileLayers, type Pair, pairArbitrary } from '../test/policy/generated.ts';
import { decisiveFeatures, FEATURES } from '../test/policy/pair-features.ts';
import { toPairVector } from '../test/policy/pair-vector.ts';
import { referenceAllows } from '../test/reference/evaluate.ts';

/**
 * Compares the policy engine with the reference evaluator on generated pairs of policies and requests, using one process per core.
 * If they differ on a pair, the pair is shrunk and printed as a case for `test/policy/vectors/pairs.json`. Each language feature
 * must be decisive in enough pairs, or the comparison would not test it.
 *
 * ROLECALL_POLICY_PAIRS: the number of pairs (default 100,000). ROLECALL_POLICY_SEED: the initial seed, which is printed; random if unset.
 */
const PAIRS = Number(process.env['ROLECALL_POLICY_PAIRS'] ?? 100_000);
const SEED = Number(process.env['ROLECALL_POLICY_SEED'] ?? randomInt(2 ** 30));
/** Each feature must be decisive in at least one of this many pairs. The rarest ones are decisive in about one of 3,000. */
const PAIRS_PER_FEATURE = 20_000;

interface Share {
  readonly seed: number;
  readonly pairs: number;
}

interface Finding {
  readonly compared: number;
  readonly allowed: number;
  /** The number of pairs in which each feature is decisive. */
  readonly decisive: Readonly<Record<string, number>>;
  /** The pair on which they differ, as a case, and fast-check's description of it. */
  readonly difference: { readonly pair: string; readonly why: string } | undefined;
}

function compare({ seed, pairs }: Share): Finding {
  const decisive: Record<string, number> = {};
  let compared = 0;
  let allowed = 0;
  const property = fc.property(pairArbitrary, (pair) => {
    const isAllowed = decide(pair.request, compileLayers(pair.layers)).allowed;
    if (isAllowed !== referenceAllows(pair.request, pair.layers)) return false;
    compared++;
    if (isAllowed) allowed++;
    for (const feature of decisiveFeatures(pair)) decisive[feature] = (decisive[feature] ?? 0) + 1;
    return true;
  });
  const { counterexample, errorInstance } = fc.check(property, { seed, numRuns: pairs });
  const [pair] = counterexample ?? [];
  return { compared, allowed, decisive, difference: pair && { pair: toCase(pair), why: String(errorInstance) } };
}

function toCase(pair: Pair): string {
  return JSON.stringify(toPairVector(pair, referenceAllows(pair.request, pair.layers)));
}

function inProcess(share: Share): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(share)]);
    child.once('message', (finding) => resolve(finding as Finding));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the process that compares from seed ${share.seed} ended with ${code}`)),
    );
  });
}

async function main(): Promise<void> {
  const processes = availableParallelism();
  console.log(`seed ${SEED} (ROLECALL_POLICY_SEED=${SEED} for the same pairs), ${processes} processes`);
  const shares = Array.from({ length: processes }, (_, index) => ({
    seed: SEED + index,
    pairs: Math.ceil(PAIRS / processes),
  }));
  const findings = await Promise.all(shares.map(inProcess));
  const total = (of: (finding: Finding) => number): number => findings.reduce((sum, finding) => sum + of(finding), 0);
  console.log(
    `${total((finding) => finding.compared)} pairs decided alike, ${total((finding) => finding.allowed)} of them allowed`,
  );
  for (const { difference } of findings) {
    if (difference === undefined) continue;
    console.log(`not decided alike: ${difference.why}`);
    console.log(
      '`allowed` is what the reference says; once it is known who is right, it goes to test/policy/vectors/pairs.json:',
    );
    console.log(`    ${difference.pair}`);
    process.exitCode = 1;
  }
  if (process.exitCode !== 1) checkFeatures((name) => total((finding) => finding.decisive[name] ?? 0));
}

function checkFeatures(count: (name: string) => number): void {
  const rows = FEATURES.map((name) => ({ name, pairs: count(name) })).sort((a, b) => a.pairs - b.pairs);
  console.log(`${rows.length} features; how often they decide, the rarest first:`);
  for (const { name, pairs } of rows.slice(0, 10)) console.log(`  ${String(pairs).padStart(6)}  ${name}`);
  console.log(`  ${String(rows[rows.length >> 1]?.pairs).padStart(6)}  (median)`);
  const wanted = Math.floor(PAIRS / PAIRS_PER_FEATURE);
  for (const { name, pairs } of rows.filter((row) => row.pairs < wanted)) {
    console.log(`«${name}» decides in ${pairs} pairs only, not in ${wanted}: the generator does not reach it`);
    process.exitCode = 1;
  }
}

const [share] = process.argv.slice(2);
if (share === undefined) await main();
else {
  process.send?.(compare(JSON.parse(share) as Share));
  process.disconnect();
}
