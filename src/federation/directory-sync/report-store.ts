import type { Connector } from '../../identity/documents/connector.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { ListMark } from '../connectors/directory-connector.ts';
import { isLeased } from './sync-lease.ts';
import { MOST_BEGUN, type SyncReport } from './sync-report.ts';

const { directorySyncReport: REPORT, directorySyncState: STATE } = EPHEMERAL_KEYS;

/** What is remembered of a directory from one sync to the next. Dry runs leave it alone. */
export interface SyncState {
  /** When the last sync began, ms since the epoch. */
  readonly begunAt: number;
  /** How many people the last complete list had. */
  readonly listed?: number;
  /** Where the next run may begin. Absent if it must list everybody. */
  readonly incremental?: IncrementalState;
}

export interface IncrementalState {
  readonly mark: ListMark;
  /** The settings that it was made with; see `settingsDigest`. */
  readonly settings: string;
  /** When the last complete run with everybody began, ms since the epoch. */
  readonly fullAt: number;
}

type Key = Pick<Connector, 'connectorId'>;

/** Reports of syncs, and what is remembered for the next one. */
export interface ReportStore {
  save(connector: Key, report: SyncReport): Promise<void>;
  /** The last sync, or the one that is running. */
  read(connector: Key): Promise<SyncReport | undefined>;
  /** The sync whose process has ended without finishing it, if it is to begin again. */
  abandoned(connector: Key): Promise<SyncReport | undefined>;
  state(connector: Key): Promise<SyncState | undefined>;
  saveState(connector: Key, state: SyncState): Promise<void>;
}

export function openReportStore(ephemeral: Ephemeral): ReportStore {
  const stored = async ({ connectorId }: Key): Promise<SyncReport | undefined> => {
    const text = await ephemeral.get(REPORT.of(connectorId));
    return text === undefined ? undefined : (JSON.parse(text) as SyncReport);
  };
  /** Whether its process crashed or stopped. */
  const isLeft = async ({ connectorId }: Key, report: SyncReport): Promise<boolean> =>
    report.state === 'running' && !(await isLeased(ephemeral, connectorId));
  return {
    save: ({ connectorId }, report) => ephemeral.set(REPORT.of(connectorId), JSON.stringify(report), REPORT.lifetime),
    async read(connector) {
      const report = await stored(connector);
      if (report === undefined || !(await isLeft(connector, report))) return report;
      // It may have ended between the two look-ups.
      const again = await stored(connector);
      if (again?.state !== 'running') return again;
      const message = mayRestart(again)
        ? 'the process ended; a server begins it again within two minutes'
        : 'the process ended; start it again';
      return { ...again, state: 'failed', message };
    },
    async abandoned(connector) {
      const report = await stored(connector);
      if (report === undefined || !mayRestart(report)) return undefined;
      return (await isLeft(connector, report)) ? report : undefined;
    },
    async state({ connectorId }) {
      const text = await ephemeral.get(STATE.of(connectorId));
      return text === undefined ? undefined : (JSON.parse(text) as SyncState);
    },
    saveState: ({ connectorId }, state) => ephemeral.set(STATE.of(connectorId), JSON.stringify(state), STATE.lifetime),
  };
}

function mayRestart({ restart }: SyncReport): boolean {
  return restart !== undefined && restart.begun < MOST_BEGUN;
}
