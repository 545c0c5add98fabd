import { isDeepStrictEqual } from 'node:util';
import { type Connector, takesSignIns } from '../../identity/documents/connector.ts';
import type { DirectoryConnector } from '../connectors/directory-connector.ts';
import { DirectoryFault } from '../directory-client/directory-fault.ts';
import type { ReportStore, SyncState } from './report-store.ts';
import { runBasis, settingsDigest } from './run-basis.ts';
import { type EndedSync, runSync, SyncRefused } from './run-sync.ts';
import type { SyncLease } from './sync-lease.ts';
import { NO_CHANGES, type SyncReport } from './sync-report.ts';
import type { DirectorySyncsDependencies, SyncOrder } from './sync-run.ts';

/** How often a running sync says how far it is. */
const SAVE_MS = 1000;

/** A run of this process. */
export interface Running {
  readonly done: Promise<void>;
  /** Makes no further change. */
  stop(): void;
  /** Lets another process begin. Only after {@link Running.stop}. */
  release(): Promise<void>;
}

/** The run ends here, and changes nothing more. */
class SyncStopped extends Error {
  override readonly name = 'SyncStopped';
}

type RunDependencies = Pick<DirectorySyncsDependencies, 'store' | 'clock' | 'audit' | 'ended' | 'onFault'> & {
  readonly reports: ReportStore;
};

export interface RunCall {
  readonly connector: Connector;
  readonly directory: DirectoryConnector;
  readonly order: SyncOrder;
  readonly lease: SyncLease;
  /** How often it has begun, with this time. */
  readonly begun: number;
}

/** Begins a run. Its report is there once this resolves, so that whoever asks next does not see the run before. */
export async function beginRun(deps: RunDependencies, call: RunCall): Promise<Running> {
  const { reports, clock } = deps;
  const { connector, order, lease } = call;
  const last = await reports.state(connector);
  const started = begunReport(call, clock.now(), last);
  await reports.save(connector, started);
  if (!order.isDryRun) await reports.saveState(connector, { ...last, begunAt: started.startedAt });
  let isStopped = false;
  const done = carryOut(deps, call, { started, last, isStopped: () => isStopped });
  return {
    done,
    stop() {
      isStopped = true;
    },
    release: () => lease.release(),
  };
}

interface Begun {
  readonly started: SyncReport;
  /** What was remembered of the run before. */
  readonly last: SyncState | undefined;
  readonly isStopped: () => boolean;
}

async function carryOut(deps: RunDependencies, call: RunCall, { started, last, isStopped }: Begun): Promise<void> {
  const { reports, clock, store, onFault } = deps;
  const { connector, directory, order, lease } = call;
  let current = started;
  let saving: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const report = current;
    saving = saving.then(() => (lease.isHeld ? reports.save(connector, report) : undefined)).catch(onFault);
  }, SAVE_MS);
  timer.unref();
  const checkpoint = async (): Promise<void> => {
    if (isStopped()) throw new SyncStopped(stoppedMessage(started));
    if (!lease.isHeld) throw new SyncStopped('another process has taken over');
    const now = await store.connectors.get([connector.accountId, connector.name]);
    if (!isUnchanged(connector, now)) throw new SyncStopped('the connector was changed meanwhile; start it again');
  };
  try {
    const progressed = (report: SyncReport): void => {
      current = report;
    };
    const basis = runBasis(last, { connector, directory, order, now: started.startedAt });
    const run = { connector, directory, ...order, basis, checkpoint, progressed };
    const outcome = await runSync(deps, run, started).catch((error: unknown) => ({
      report: failed(current, error, onFault),
      mark: undefined,
    }));
    const ended = outcome.report;
    clearInterval(timer);
    // A report of how far it was must not come after that of how it ended.
    await saving;
    // Another process is to find it as it was left, and begins it again.
    const isLeft = isStopped() && ended.state !== 'succeeded' && started.restart !== undefined;
    if (lease.isHeld && !isLeft) {
      await reports.save(connector, { ...ended, finishedAt: clock.now() });
      await remember(reports, call, { ...outcome, last });
    }
    await lease.release();
    await deps.ended(connector, ended);
  } finally {
    clearInterval(timer);
    await lease.release();
  }
}

async function remember(
  reports: ReportStore,
  { connector, order }: RunCall,
  { report, mark, last }: EndedSync & { readonly last: SyncState | undefined },
): Promise<void> {
  const { state, startedAt, listed, kind } = report;
  if (order.isDryRun || state !== 'succeeded') return;
  const isFull = kind !== 'incremental';
  // Without a mark, the next run asks once more for what this one has asked for.
  if (!isFull && mark === undefined) return;
  const fullAt = isFull ? startedAt : last?.incremental?.fullAt;
  const settings = settingsDigest(connector);
  await reports.saveState(connector, {
    begunAt: startedAt,
    listed,
    ...(mark !== undefined && fullAt !== undefined && { incremental: { mark, settings, fullAt } }),
  });
}

/** Whether a run may go on by the settings that it began with: rules may give fewer groups by now. */
function isUnchanged(before: Connector, now: Connector | undefined): boolean {
  if (now === undefined || !takesSignIns(now) || now.connectorId !== before.connectorId) return false;
  return isDeepStrictEqual(now.rules, before.rules) && isDeepStrictEqual(now.domains, before.domains);
}

function begunReport({ order, begun }: RunCall, startedAt: number, last: SyncState | undefined): SyncReport {
  const { isDryRun, mayDisable, restarts, isFull = false } = order;
  const progress = { phase: 'comparing', checked: 0, found: 0, made: 0 } as const;
  return {
    ...{ state: 'running', isDryRun, startedAt, listed: 0, linked: 0, counts: NO_CHANGES, changes: [] },
    progress: { ...progress, ...(last?.listed !== undefined && { expected: last.listed }) },
    ...(restarts && { restart: { begun, ...(mayDisable !== undefined && { mayDisable }), ...(isFull && { isFull }) } }),
  };
}

function stoppedMessage({ restart }: SyncReport): string {
  return `the server stopped; ${restart === undefined ? 'start it again' : 'the next one begins it again'}`;
}

function failed(report: SyncReport, error: unknown, onFault: (fault: unknown) => void): SyncReport {
  if (error instanceof SyncRefused) return { ...report, state: 'refused', message: error.message };
  const isExplained = error instanceof DirectoryFault || error instanceof SyncStopped;
  if (!isExplained) onFault(error);
  return { ...report, state: 'failed', message: isExplained ? error.message : 'an unexpected error; see the log' };
}
