/** A supervisor of three workers, of which the first serves (but not with `FAIL_FIRST`) and all others cannot start. */
import cluster from 'node:cluster';
import { openLog } from '../../../src/app/log/log.ts';
import {
  CANNOT_START,
  isFirstWorker,
  reportCannotStart,
  reportReady,
  superviseWorkers,
} from '../../../src/app/processes/workers.ts';

if (cluster.isPrimary) {
  const log = openLog('info');
  const code = await superviseWorkers(3, log);
  await log.flush();
  process.exit(code);
}
if (isFirstWorker() && process.env['FAIL_FIRST'] === undefined) {
  process.on('SIGTERM', () => process.exit(0));
  reportReady();
} else {
  await reportCannotStart('no reader slot is left');
  // By `CANNOT_START` the first one would end the supervisor at once.
  process.exit(isFirstWorker() ? 7 : CANNOT_START);
}
