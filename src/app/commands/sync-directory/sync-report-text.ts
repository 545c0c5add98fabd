import type { SyncAction, SyncReport } from '../../../federation/directory-sync/sync-report.ts';

const STATES: Readonly<Record<SyncReport['state'], string>> = {
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  refused: 'was refused, and changed nothing',
};
const ACTIONS: Readonly<Record<SyncAction, readonly [done: string, would: string]>> = {
  disable: ['disabled', 'would be disabled'],
  enable: ['enabled', 'would be enabled'],
  update: ['updated', 'would be updated'],
  keep: ['kept', 'would be kept'],
};

/** The report of a sync as text for people. */
export function syncReportText(report: SyncReport): string {
  const { state, isDryRun, kind, fullBecause, listed, linked, counts, message, changes } = report;
  const worded = (action: SyncAction): string => ACTIONS[action][isDryRun ? 1 : 0];
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = [
    `The ${kind === undefined ? '' : `${kind} `}${isDryRun ? 'dry run' : 'sync'} ${STATES[state]}.`,
    ...(message === undefined ? [] : [`  ${message}`]),
    ...(state === 'succeeded'
      ? [
          '',
          ...(fullBecause === undefined ? [] : [`Everybody was looked at: ${fullBecause}`]),
          `People in the directory: ${listed}`,
          `Users who came from it: ${linked}`,
          ...(Object.keys(counts) as SyncAction[]).map((action) => `  ${worded(action)}: ${counts[action]}`),
        ]
      : []),
    ...(changes.length > 0 ? ['', 'Changes'] : []),
    ...changes.map(({ action, userName, reason }) => `  ${userName} ${worded(action)}: ${reason}`),
    ...(total > changes.length ? [`  and ${total - changes.length} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** How far a running sync is, in a line. */
export function syncProgressText({ startedAt, listed, linked, progress }: SyncReport, now: number): string {
  const seconds = Math.round((now - startedAt) / 1000);
  const count = (number: number): string => number.toLocaleString('en');
  if (progress === undefined) return `the sync has been running for ${seconds} s`;
  const { phase, expected, checked, found, made } = progress;
  const of = expected === undefined ? '' : ` of about ${count(expected)}`;
  const parts = [
    `${count(listed)}${of} people listed`,
    `${count(checked)} of ${count(linked)} users compared`,
    phase === 'changing' ? `${count(made)} of ${count(found)} changes made` : `${count(found)} changes found`,
  ];
  return `${parts.join(', ')} (${seconds} s)`;
}
