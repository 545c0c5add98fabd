import { CHANGES_SHOWN, type SyncAction, type SyncChange, type SyncProgress, type SyncReport } from './sync-report.ts';
import type { SyncRun } from './sync-run.ts';

/** Keeps the report of a run up to date. */
export interface ProgressReport {
  /** @returns the report as it is then. */
  report(change: Partial<SyncReport>, progress?: Partial<SyncProgress>): SyncReport;
  /** Counts steps that are done; `undefined` for one that did not apply any more. */
  made(changes: readonly (SyncChange | undefined)[]): void;
}

const NOTHING: SyncProgress = { phase: 'comparing', checked: 0, found: 0, made: 0 };

export function openProgress({ progressed }: Pick<SyncRun, 'progressed'>, started: SyncReport): ProgressReport {
  let current = started;
  const counts: Record<SyncAction, number> = { ...started.counts };
  const changes: SyncChange[] = [];
  const report = (change: Partial<SyncReport>, progress: Partial<SyncProgress> = {}): SyncReport => {
    current = { ...current, ...change, progress: { ...(current.progress ?? NOTHING), ...progress } };
    progressed(current);
    return current;
  };
  return {
    report,
    made(done) {
      for (const change of done) {
        if (change === undefined) continue;
        counts[change.action] += 1;
        if (changes.length < CHANGES_SHOWN) changes.push(change);
      }
      report({ counts: { ...counts }, changes: [...changes] }, { made: (current.progress?.made ?? 0) + done.length });
    },
  };
}
