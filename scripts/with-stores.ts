import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { startMongoServer } from '../harness/mongo-server.ts';
import { startRedis } from '../harness/redis-server.ts';

/**
 * `tsx scripts/with-stores.ts COMMAND…`: runs a command whose tests keep their data in MongoDB (or a compatible server) and Redis instead
 * of the embedded store. Starts both, names them in the environment, stops them at the end, and exits with the command's exit code.
 */
const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('which command?');
// All servers under test share these two, and give up on a store that takes seconds for an operation, as it may on a busy machine.
const niceness = getPriority();
prioritize(niceness - 5);
const mongo = await startMongoServer();
const redis = await startRedis([
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--maxmemory-policy',
  'noeviction',
]);
prioritize(niceness);
let code: number | null = 1;
try {
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ROLECALL_TEST_MONGODB_URI: mongo.uri, ROLECALL_TEST_REDIS_URL: redis.url },
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  [code] = (await once(child, 'exit')) as [number | null];
} finally {
  await Promise.all([mongo.stop(), redis.stop()]);
}
process.exit(code ?? 1);

/** Sets the priority of this process, which children take over, if the system permits that. */
function prioritize(priority: number): void {
  try {
    setPriority(priority);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}
