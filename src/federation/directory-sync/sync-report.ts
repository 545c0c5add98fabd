/** What a sync does to a user. `keep`: would be disabled, but has another way to sign in, so that an administrator must decide. */
export type SyncAction = 'disable' | 'enable' | 'update' | 'keep';

/** One change of a sync, or of a dry run. */
export interface SyncChange {
  readonly action: SyncAction;
  readonly userName: string;
  readonly reason: string;
}

/** How far a sync is. */
export interface SyncProgress {
  /** `comparing`: reads the directory and compares it with the users; `changing`: makes the changes. */
  readonly phase: 'comparing' | 'changing';
  /** How many people the directory will list: as many as the last time. Absent if that is not known. */
  readonly expected?: number;
  /** Users who were compared so far. */
  readonly checked: number;
  /** Changes that were found so far. */
  readonly found: number;
  /** Of these, how many were made, or need not be made any more. */
  readonly made: number;
}

/** How a sync went, or is going. */
export interface SyncReport {
  /** `refused`: it would have disabled too many people, and changed nothing. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'refused';
  readonly isDryRun: boolean;
  /** Whether it reads everybody's entry, or only those that have changed. Absent until that is known, and in reports of earlier versions. */
  readonly kind?: 'full' | 'incremental';
  /** Why it is a full one. */
  readonly fullBecause?: string;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** People in the directory, and users who came from it: so far, while it is running. */
  readonly listed: number;
  readonly linked: number;
  readonly counts: Readonly<Record<SyncAction, number>>;
  /** Why it failed or was refused. */
  readonly message?: string;
  /** The first of them. */
  readonly changes: readonly SyncChange[];
  /** Absent in reports of earlier versions. */
  readonly progress?: SyncProgress;
  /** How it begins again if its process ends. Absent if it does not. */
  readonly restart?: SyncRestart;
}

export interface SyncRestart {
  /** How many people the run may disable. */
  readonly mayDisable?: number;
  readonly isFull?: boolean;
  /** How often it has begun. */
  readonly begun: number;
}

export const NO_CHANGES: SyncReport['counts'] = { disable: 0, enable: 0, update: 0, keep: 0 };
/** More are counted, but not named. */
export const CHANGES_SHOWN = 200;
/** A run that ends its process each time must not go on for ever. */
export const MOST_BEGUN = 3;
