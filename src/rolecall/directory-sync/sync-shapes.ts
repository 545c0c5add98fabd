import type { SyncReport } from '../../federation/directory-sync/sync-report.ts';
import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, enumeration, integer, list, optional, required, structure, text, timestamp } = shape;

const ROWS = errorTable({ SyncInProgressException: { status: 409, recorded: true } });

/** The errors of syncs. */
export const SYNC_ERRORS = {
  InProgress: {
    ...ROWS.SyncInProgressException,
    documentation: 'A sync of this connector is running. `GetSync` says how far it is.',
  },
} as const satisfies Record<string, DeclaredError>;

const COUNT = integer('SyncCount');
const CHANGE = structure(
  'SyncChange',
  {
    Action: required(
      enumeration('SyncAction', ['DISABLE', 'ENABLE', 'UPDATE', 'KEEP'], {
        documentation:
          '`KEEP`: the user is gone from the directory, but has another way to sign in, so that an administrator must decide.',
      }),
      'What the sync does.',
    ),
    UserName: required(text('SyncedUserName', { length: [1, 64] }), 'The user.'),
    Reason: required(text('SyncReason', { length: [0, 1024] }), 'Why.'),
  },
  { documentation: 'One change of a sync.' },
);

/** A sync, as the API shows it. */
export const SYNC = structure(
  'DirectorySync',
  {
    State: required(
      enumeration('SyncState', ['RUNNING', 'SUCCEEDED', 'FAILED', 'REFUSED'], {
        documentation: '`REFUSED`: it would have disabled too many people, and changed nothing.',
      }),
      'How it went.',
    ),
    DryRun: required(boolean('IsDryRun'), 'Whether it only shows what it would change.'),
    Kind: optional(
      enumeration('SyncKind', ['FULL', 'INCREMENTAL'], {
        documentation:
          '`FULL`: reads the entries of all people. `INCREMENTAL`: reads those that have changed since the last complete sync.',
      }),
      'What it reads. Absent until that is known.',
    ),
    FullBecause: optional(text('SyncFullBecause', { length: [0, 1024] }), 'Why it is a full one.'),
    StartedAt: required(timestamp('SyncStartedAt'), 'When it began.'),
    FinishedAt: optional(timestamp('SyncFinishedAt'), 'When it ended.'),
    Phase: optional(
      enumeration('SyncPhase', ['COMPARING', 'CHANGING'], {
        documentation:
          '`COMPARING`: reads the directory and compares it with the users, without any change. `CHANGING`: makes the changes.',
      }),
      'What it does. Absent if it has ended.',
    ),
    Expected: optional(COUNT, 'How many people the directory had the last time. Absent if that is not known.'),
    Listed: required(COUNT, 'How many people the directory has; so far, while it runs.'),
    Linked: required(COUNT, 'How many users came from it.'),
    Checked: optional(COUNT, 'How many users were compared so far.'),
    Found: optional(COUNT, 'How many changes were found so far.'),
    Made: optional(COUNT, 'How many of these changes were made so far, or need not be made any more.'),
    Disabled: required(
      COUNT,
      'Users who were disabled, because they are gone or disabled there, or do not meet the condition.',
    ),
    Enabled: required(COUNT, 'Users who were enabled again.'),
    Updated: required(COUNT, 'Users whose groups, name or address changed.'),
    Kept: required(COUNT, 'Users who would have been disabled, but have another way to sign in.'),
    Message: optional(text('SyncMessage', { length: [0, 2048] }), 'Why it failed or was refused.'),
    Changes: required(list('SyncChangeList', CHANGE), 'The first 200 changes.'),
  },
  { documentation: 'A sync of the users of a connector with its directory.' },
);

const STATES = { running: 'RUNNING', succeeded: 'SUCCEEDED', failed: 'FAILED', refused: 'REFUSED' } as const;
const ACTIONS = { disable: 'DISABLE', enable: 'ENABLE', update: 'UPDATE', keep: 'KEEP' } as const;

const KINDS = { full: 'FULL', incremental: 'INCREMENTAL' } as const;
const PHASES = { comparing: 'COMPARING', changing: 'CHANGING' } as const;

function shownProgress({ state, progress }: SyncReport) {
  if (progress === undefined) return {};
  const { phase, expected, checked, found, made } = progress;
  const running = state === 'running' ? { Phase: PHASES[phase], Expected: expected } : {};
  return { ...running, Checked: checked, Found: found, Made: made };
}

export function shownSync(report: SyncReport): ValueOf<typeof SYNC> {
  const { counts } = report;
  return {
    State: STATES[report.state],
    DryRun: report.isDryRun,
    Kind: report.kind && KINDS[report.kind],
    FullBecause: report.fullBecause,
    StartedAt: new Date(report.startedAt),
    FinishedAt: report.finishedAt === undefined ? undefined : new Date(report.finishedAt),
    ...shownProgress(report),
    Listed: report.listed,
    Linked: report.linked,
    Disabled: counts.disable,
    Enabled: counts.enable,
    Updated: counts.update,
    Kept: counts.keep,
    Message: report.message,
    Changes: report.changes.map(({ action, userName, reason }) => ({
      Action: ACTIONS[action],
      UserName: userName,
      Reason: reason,
    })),
  };
}
