import { setTimeout as wait } from 'node:timers/promises';
import { type Generators, startGenerators } from '../bench/stores/generators.ts';
import { prepareRole } from '../bench/wire-requests.ts';
import { at, startFleet } from '../harness/fleet.ts';
import { type Lag, lagOf, REVOCATIONS } from '../harness/lag.ts';
import { startMongoServer } from '../harness/mongo-server.ts';
import { DURABLE, startRedis } from '../harness/redis-server.ts';

/**
 * `tsx scripts/measure-lag.ts [embedded|stores] [ROUNDS]` (after `npm run build`): measures how long three processes continue to
 * act on old data after a fourth has changed it, while load generators keep all four busy with signed calls. For each kind of
 * change, prints when the last admitted call began and when the first refusal arrived, counted from the acknowledgement.
 */
const [pair = 'embedded', rounds = '50'] = process.argv.slice(2);
const PROCESSES = 4;
/**
 * The share of the time in which each generator sends, 25 calls at a time. The audit records of more calls would
 * overload FerretDB on SQLite.
 */
const busy = pair === 'stores' ? 0.25 : 1;
const TURN_MS = 500;
const PROMISED_MS = 1_000;

function print(name: string, what: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1);
  const figures = `p50 ${quantile(0.5)}, p90 ${quantile(0.9)}, p99 ${quantile(0.99)}, most ${quantile(1)} ms`;
  const late = sorted.filter((each) => each > PROMISED_MS).length;
  console.log(`${name.padEnd(28)}${what.padEnd(16)}${figures}; ${late} of ${sorted.length} after a second`);
}

const [mongo, redis] = pair === 'stores' ? await Promise.all([startMongoServer(), startRedis(DURABLE)]) : [];
const fleet = await startFleet({ count: PROCESSES, mongo, redis });
const { roleArn, session } = await prepareRole(at(fleet));
const generators: Generators[] = [];
for (const { url, accountId, admin } of fleet.servers)
  generators.push(await startGenerators('caller-identity', { url, accountId, admin, session, roleArn, people: [] }, 1));

let isOver = false;
const rates: number[] = [];
const load = generators.map(async (generator) => {
  while (!isOver) {
    rates.push((await generator.run(TURN_MS * busy)) * busy);
    await wait(TURN_MS * (1 - busy));
  }
});
let failed = 0;
try {
  const all: Lag[] = [];
  for (const revocation of REVOCATIONS) {
    const lags: Lag[] = [];
    for (let round = 0; round < Number(rounds); round++) {
      // A store that cannot handle the load refuses calls now and then. Such a round is skipped.
      await lagOf(fleet, revocation, round).then(
        (measured) => lags.push(...measured),
        (error: unknown) => {
          failed += 1;
          console.error(`a round of ${revocation.name} failed: ${String(error)}`);
        },
      );
    }
    const refusals = lags.map(({ refusedAfter }) => refusedAfter);
    print(revocation.name, 'first refusal', refusals);
    all.push(...lags);
  }
  const admitted = all.map(({ admittedUntil }) => admittedUntil);
  print('all', 'last admitted', admitted);
  const refused = all.map(({ refusedAfter }) => refusedAfter);
  print('all', 'first refusal', refused);
  console.log(
    `admitted after the acknowledgement: ${admitted.filter((each) => each > 0).length} of ${admitted.length}`,
  );
  const rate = rates.reduce((sum, each) => sum + each, 0) / rates.length;
  console.log(
    `under a load of ${Math.round(rate)} calls/s to each of the ${PROCESSES} processes; ${failed} rounds failed`,
  );
} finally {
  isOver = true;
  await Promise.allSettled(load);
  for (const generator of generators) generator.stop();
  await fleet.stop();
  await Promise.all([mongo?.stop(), redis?.stop()]);
}
