import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Connector, takesSignIns } from '../../identity/documents/connector.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { DirectoryConnector } from '../connectors/directory-connector.ts';
import { DirectoryFault } from '../directory-client/directory-fault.ts';
import { runSync, SyncRefused } from './run-sync.ts';
import { NO_CHANGES, type SyncReport } from './sync-report.ts';
import type { SyncDependencies, SyncRun } from './sync-run.ts';

const { directorySyncLease: LEASE, directorySyncReport: REPORT } = EPHEMERAL_KEYS;
/** A process that does not renew its lease within its lifetime has crashed; another one may begin. */
const RENEW_MS = LEASE.lifetime / 4;

/** How long a stopping server waits for a directory. */
const CLOSING_MS = 2000;

export type SyncOrder = Pick<SyncRun, 'isDryRun' | 'mayDisable'>;

/** Directory syncs: at most one of each connector, over all processes. */
export interface DirectorySyncs {
  /** Begins a sync. @returns `undefined` if the connector has no directory to list; otherwise whether this call began it. */
  start(connector: Connector, order: SyncOrder): Promise<{ readonly hasStarted: boolean } | undefined>;
  /** Begins the syncs that are due by the settings of their connectors. */
  startDue(): Promise<void>;
  /** The last sync, or the one that is running. */
  report(connector: Connector): Promise<SyncReport | undefined>;
  /** Waits until the runs of this process have ended. */
  close(): Promise<void>;
}

export interface DirectorySyncsDependencies extends SyncDependencies {
  readonly ephemeral: Ephemeral;
  readonly random: Random;
  readonly open: (connector: Connector) => DirectoryConnector | undefined;
  /** Puts the outcome of a run on record, also of one that nobody asked for. */
  readonly ended: (connector: Connector, report: SyncReport) => Promise<void>;
  /** Told of faults that nobody waits for. */
  readonly onFault: (fault: unknown) => void;
}

interface Running {
  readonly connector: Connector;
  readonly directory: DirectoryConnector;
  readonly order: SyncOrder;
  /** The value of the lease. */
  readonly owner: string;
  readonly started: SyncReport;
}

/** The run ends here, and changes nothing more. */
class SyncStopped extends Error {
  override readonly name = 'SyncStopped';
}

export function openDirectorySyncs(deps: DirectorySyncsDependencies): DirectorySyncs {
  const { ephemeral, random, clock, open, onFault } = deps;
  const running = new Set<Promise<void>>();
  let isClosed = false;

  const save = (connector: Connector, report: SyncReport): Promise<void> =>
    ephemeral.set(REPORT.of(connector.connectorId), JSON.stringify(report), REPORT.lifetime);

  const run = async ({ connector, directory, order, owner, started }: Running): Promise<void> => {
    const key = LEASE.of(connector.connectorId);
    let isOurs = true;
    const timer = setInterval(() => {
      ephemeral
        .compareAndSet(key, owner, owner, LEASE.lifetime)
        .then((renewed) => {
          isOurs &&= renewed;
        })
        .catch(() => {
          isOurs = false;
        });
    }, RENEW_MS);
    const checkpoint = async (): Promise<void> => {
      if (isClosed) throw new SyncStopped('the server stopped; the next run begins again');
      if (!isOurs) throw new SyncStopped('another process has taken over');
      const current = await deps.store.connectors.get([connector.accountId, connector.name]);
      if (!isUnchanged(connector, current))
        throw new SyncStopped('the connector was changed meanwhile; start it again');
    };
    try {
      const ended = await runSync(deps, { connector, directory, ...order, checkpoint }, started).catch(
        (error: unknown) => failed(started, error, onFault),
      );
      if (isOurs) await save(connector, { ...ended, finishedAt: clock.now() });
      await deps.ended(connector, ended);
    } finally {
      clearInterval(timer);
      // Only the owner's lease: another process may have begun.
      if ((await ephemeral.get(key)) === owner) await ephemeral.delete([key]);
    }
  };

  const startIfDue = async (connector: Connector): Promise<void> => {
    const interval = open(connector)?.syncIntervalMs;
    if (interval === undefined) return;
    const last = await syncs.report(connector);
    if (last !== undefined && clock.now() - last.startedAt < interval) return;
    await syncs.start(connector, { isDryRun: false, mayDisable: undefined });
  };

  const syncs: DirectorySyncs = {
    async start(connector, order) {
      const directory = open(connector);
      if (directory === undefined) return undefined;
      const owner = random.bytes(16).toString('hex');
      if (isClosed || !(await ephemeral.setIfAbsent(LEASE.of(connector.connectorId), owner, LEASE.lifetime))) {
        return { hasStarted: false };
      }
      const started = begun(order, clock.now());
      // Before the answer, so that whoever asks next does not see the run before.
      await save(connector, started);
      const done = run({ connector, directory, order, owner, started }).catch(onFault);
      running.add(done);
      void done.finally(() => running.delete(done));
      return { hasStarted: true };
    },
    async startDue() {
      for (const connector of (await readWholeIndex(deps.store.connectors, 'byName', [])).filter(takesSignIns)) {
        // A connector that cannot be opened must not hold up the others.
        await startIfDue(connector).catch(onFault);
      }
    },
    async report({ connectorId }) {
      const text = await ephemeral.get(REPORT.of(connectorId));
      if (text === undefined) return undefined;
      const report = JSON.parse(text) as SyncReport;
      // Its process crashed.
      const isStale = report.state === 'running' && (await ephemeral.get(LEASE.of(connectorId))) === undefined;
      return isStale ? { ...report, state: 'failed', message: 'the process ended; start it again' } : report;
    },
    async close() {
      isClosed = true;
      await Promise.race([Promise.all(running), setTimeout(CLOSING_MS, undefined, { ref: false })]);
    },
  };
  return syncs;
}

/** Whether a run may go on by the settings that it began with: rules may give fewer groups by now. */
function isUnchanged(before: Connector, now: Connector | undefined): boolean {
  if (now === undefined || !takesSignIns(now) || now.connectorId !== before.connectorId) return false;
  return isDeepStrictEqual(now.rules, before.rules) && isDeepStrictEqual(now.domains, before.domains);
}

function begun({ isDryRun }: SyncOrder, startedAt: number): SyncReport {
  return { state: 'running', isDryRun, startedAt, listed: 0, linked: 0, counts: NO_CHANGES, changes: [] };
}

function failed(started: SyncReport, error: unknown, onFault: (fault: unknown) => void): SyncReport {
  if (error instanceof SyncRefused) return { ...started, state: 'refused', message: error.message };
  const isExplained = error instanceof DirectoryFault || error instanceof SyncStopped;
  if (!isExplained) onFault(error);
  return { ...started, state: 'failed', message: isExplained ? error.message : 'an unexpected error; see the log' };
}
