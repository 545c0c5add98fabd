import { setTimeout } from 'node:timers/promises';
import { type Connector, takesSignIns } from '../../identity/documents/connector.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { openReportStore } from './report-store.ts';
import { beginRun, type Running } from './running-sync.ts';
import { takeLease } from './sync-lease.ts';
import type { SyncReport } from './sync-report.ts';
import type { DirectorySyncsDependencies, SyncOrder } from './sync-run.ts';

/** How long a stopping server waits for a directory. */
const CLOSING_MS = 2000;
/** A run that has just ended gives its lease back a moment after its report. */
const ENDING_MS = 50;
const ENDING_TRIES = 20;

/** Directory syncs: at most one of each connector, over all processes. */
export interface DirectorySyncs {
  /** Begins a sync. @returns `undefined` if the connector has no directory to list; otherwise whether this call began it. */
  start(connector: Connector, order: SyncOrder): Promise<{ readonly hasStarted: boolean } | undefined>;
  /** Begins the syncs that are due by the settings of their connectors, and again those whose process has ended. */
  startDue(): Promise<void>;
  /** The last sync, or the one that is running. */
  report(connector: Connector): Promise<SyncReport | undefined>;
  /** Ends the runs of this process. A server begins them again. */
  close(): Promise<void>;
}

export function openDirectorySyncs(deps: DirectorySyncsDependencies): DirectorySyncs {
  const { ephemeral, clock, open, onFault } = deps;
  const reports = openReportStore(ephemeral);
  const running = new Set<Running>();
  let isClosed = false;

  const lease = async (connector: Connector) => {
    for (let tries = 0; tries < ENDING_TRIES && !isClosed; tries += 1) {
      const taken = await takeLease(deps, connector.connectorId);
      if (taken !== undefined) return taken;
      if ((await reports.read(connector))?.state === 'running') return undefined;
      await setTimeout(ENDING_MS);
    }
    return undefined;
  };
  const begin = async (connector: Connector, order: SyncOrder, begun: number) => {
    const directory = open(connector);
    if (directory === undefined) return undefined;
    const taken = await lease(connector);
    if (taken === undefined) return { hasStarted: false };
    try {
      const run = await beginRun({ ...deps, reports }, { connector, directory, order, lease: taken, begun });
      running.add(run);
      void run.done.catch((error) => (isClosed ? undefined : onFault(error))).finally(() => running.delete(run));
      return { hasStarted: true };
    } catch (error) {
      await taken.release();
      throw error;
    }
  };
  const startIfDue = async (connector: Connector): Promise<void> => {
    const left = await reports.abandoned(connector);
    if (left?.restart !== undefined) {
      const { isDryRun, restart } = left;
      const { mayDisable, isFull = false } = restart;
      const order = { isDryRun, mayDisable, isFull, restarts: true };
      await begin(connector, order, restart.begun + 1);
      return;
    }
    const interval = open(connector)?.syncIntervalMs;
    const last = interval === undefined ? undefined : await reports.state(connector);
    if (interval === undefined || (last !== undefined && clock.now() - last.begunAt < interval)) return;
    await begin(connector, { isDryRun: false, mayDisable: undefined, restarts: true }, 1);
  };

  return {
    start: (connector, order) => begin(connector, order, 1),
    async startDue() {
      for (const connector of (await readWholeIndex(deps.store.connectors, 'byName', [])).filter(takesSignIns)) {
        // A connector that cannot be opened must not hold up the others.
        await startIfDue(connector).catch(onFault);
      }
    },
    report: reports.read,
    async close() {
      isClosed = true;
      const runs = [...running];
      for (const run of runs) run.stop();
      const done = Promise.all(runs.map((run) => run.done.catch(() => undefined)));
      await Promise.race([done, setTimeout(CLOSING_MS, undefined, { ref: false })]);
      // A run that still waits for the directory makes no change any more, so another process may begin now.
      for (const run of running) await run.release().catch(onFault);
    },
  };
}
