import type { Connector } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { DirectoryConnector } from '../connectors/directory-connector.ts';
import type { RunBasis } from './run-basis.ts';
import type { SyncChange, SyncReport } from './sync-report.ts';

export interface SyncRun {
  readonly connector: Connector;
  readonly directory: DirectoryConnector;
  readonly isDryRun: boolean;
  readonly basis: RunBasis;
  /** How many people this run may disable. Default: `usualLimit`. */
  readonly mayDisable: number | undefined;
  /** Throws if another process has taken over, the connector was changed, or the server stops. Called before every change. */
  readonly checkpoint: () => Promise<void>;
  /** Takes how far the run is. */
  readonly progressed: (report: SyncReport) => void;
}

export interface SyncDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  /** Puts a change on record. */
  readonly audit: (connector: Connector, change: SyncChange) => Promise<void>;
}

export interface SyncOrder extends Pick<SyncRun, 'isDryRun' | 'mayDisable'> {
  /** Whether a server begins it again if its process ends before it does. */
  readonly restarts: boolean;
  /** Whether to read everybody's entry, even if the directory can tell which have changed. */
  readonly isFull?: boolean;
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
