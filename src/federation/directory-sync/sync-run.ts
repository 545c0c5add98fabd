import type { Connector } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { DirectoryConnector } from '../connectors/directory-connector.ts';
import type { SyncChange } from './sync-report.ts';

export interface SyncRun {
  readonly connector: Connector;
  readonly directory: DirectoryConnector;
  readonly isDryRun: boolean;
  /** How many people this run may disable. Default: `usualLimit`. */
  readonly mayDisable: number | undefined;
  /** Throws if another process has taken over, the connector was changed, or the server stops. Called before every change. */
  readonly checkpoint: () => Promise<void>;
}

export interface SyncDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  /** Puts a change on record. */
  readonly audit: (connector: Connector, change: SyncChange) => Promise<void>;
}
