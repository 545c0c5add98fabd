import { at, startFleet, stsOf } from '../test/stores/fleet.ts';
import { FELT_CHANGES, lagOf } from '../test/stores/lag.ts';
import { startMongoServer } from '../test/support/mongo-server.ts';
import { DURABLE, startRedis } from '../test/support/redis-server.ts';

/**
 * `tsx scripts/measure-lag.ts [embedded|stores] [ROUNDS]` (after `npm run build`): how long four processes under load go by what one of them
 * has changed. Prints the distribution of the time from the acknowledgement to the last call that another process let in.
 */
const [pair = 'embedded', rounds = '50'] = process.argv.slice(2);
const CALLERS_PER_PROCESS = 2;
const [mongo, redis] = pair === 'stores' ? await Promise.all([startMongoServer(), startRedis(DURABLE)]) : [];
const fleet = await startFleet({ count: 4, mongo, redis });
let isOver = false;
let calls = 0;
let failed = 0;
const load = fleet.servers.flatMap((server) =>
  Array.from({ length: CALLERS_PER_PROCESS }, async () => {
    const sts = stsOf(server);
    while (!isOver) {
      await sts.getCallerIdentity({}).then(
        () => calls++,
        () => failed++,
      );
    }
  }),
);
try {
  const from = performance.now();
  for (const felt of FELT_CHANGES) {
    const lags: number[] = [];
    for (let round = 0; round < Number(rounds); round++) {
      // A store that is not made for the load refuses now and then; such a round tells nothing.
      await lagOf(fleet, felt, round).then(
        (measured) => lags.push(...measured),
        () => failed++,
      );
    }
    lags.sort((a, b) => a - b);
    if (lags.length === 0) continue;
    const quantile = (share: number): string => (lags[Math.ceil(lags.length * share) - 1] ?? 0).toFixed(1);
    const figures = `median ${quantile(0.5)}, 90 % ${quantile(0.9)}, 99 % ${quantile(0.99)}, most ${quantile(1)} ms`;
    console.log(`${felt.name.padEnd(28)}${figures}  (${lags.length} samples)`);
  }
  console.log(
    `beside it ${Math.round((calls * 1000) / (performance.now() - from))} calls/s on ${at(fleet).url} and three more; ${failed} failed`,
  );
} finally {
  isOver = true;
  await Promise.allSettled(load);
  await fleet.stop();
  await Promise.all([mongo?.stop(), redis?.stop()]);
}
