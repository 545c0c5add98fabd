/** What a sync does to a user. `keep`: would be disabled, but has another way to sign in, so that an administrator must decide. */
export type SyncAction = 'disable' | 'enable' | 'update' | 'keep';

/** One change of a sync, or of a dry run. */
export interface SyncChange {
  readonly action: SyncAction;
  readonly userName: string;
  readonly reason: string;
}

/** How a sync went, or is going. */
export interface SyncReport {
  /** `refused`: it would have disabled too many people, and changed nothing. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'refused';
  readonly isDryRun: boolean;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** People in the directory, and users who came from it. */
  readonly listed: number;
  readonly linked: number;
  readonly counts: Readonly<Record<SyncAction, number>>;
  /** Why it failed or was refused. */
  readonly message?: string;
  /** The first of them. */
  readonly changes: readonly SyncChange[];
}

export const NO_CHANGES: SyncReport['counts'] = { disable: 0, enable: 0, update: 0, keep: 0 };
/** More are counted, but not named. */
export const CHANGES_SHOWN = 200;
