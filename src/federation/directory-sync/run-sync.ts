import type { DirectoryConnector, Listing, ListMark } from '../connectors/directory-connector.ts';
import { DirectoryFault, isServerDown } from '../directory-client/directory-fault.ts';
import { applyAccess, applyUpdate } from './apply-step.ts';
import { batches } from './batches.ts';
import { readLinkedUsers } from './linked-users.ts';
import { usualLimit } from './plan-sync.ts';
import type { RunBasis } from './run-basis.ts';
import { openSurvey, type Step, type Steps } from './survey.ts';
import { openProgress, type ProgressReport } from './sync-progress.ts';
import type { SyncReport } from './sync-report.ts';
import type { SyncDependencies, SyncRun } from './sync-run.ts';

/** Changes that are made at the same time. */
const AT_ONCE = 4;

/** A run would disable too many people. */
export class SyncRefused extends Error {
  override readonly name = 'SyncRefused';
}

export interface EndedSync {
  readonly report: SyncReport;
  /** Where the next run may begin; `undefined` if something that was found was not done, or the directory does not say what changes. */
  readonly mark: ListMark | undefined;
}

/**
 * Brings the users of a connector in line with its directory: disables those who are gone, disabled there, or do not meet the condition of
 * the connector; enables those whom a sync had disabled; updates groups and names as a sign-in would. Creates and deletes nobody. Safe to
 * repeat at any point.
 * @throws {SyncRefused} before anything is changed. @throws {DirectoryFault} if the directory did not list all of its people.
 */
export async function runSync(deps: SyncDependencies, run: SyncRun, started: SyncReport): Promise<EndedSync> {
  const { directory, isDryRun, mayDisable, checkpoint } = run;
  const progress = openProgress(run, started);
  const { linked, mark, steps } = await compareAll(deps, run, progress);
  const { access, updates } = steps;
  const leaving = access.filter(({ change }) => change.action === 'disable').length;
  const limit = mayDisable ?? usualLimit(linked);
  const tooMany =
    leaving > limit
      ? `${leaving} of ${linked} people would be disabled, and ${limit} may be: start it with MayDisable`
      : undefined;
  if (tooMany !== undefined && !isDryRun) throw new SyncRefused(tooMany);
  progress.report({}, { phase: 'changing' });
  let areDone = true;
  const make = async (steps: readonly Step[], apply: typeof applyAccess): Promise<void> => {
    for (const batch of batches(steps, AT_ONCE)) {
      await checkpoint();
      const made = await Promise.all(batch.map((step) => apply(deps, run, step)));
      areDone &&= !made.includes(undefined);
      progress.made(made);
    }
  };
  const applicable = isDryRun ? access : await withoutPresent(directory, access);
  await make(applicable, applyAccess);
  await make(updates, applyUpdate);
  areDone &&= applicable.length === access.length;
  const report = progress.report({ state: 'succeeded', ...(tooMany !== undefined && { message: tooMany }) });
  return { report, mark: areDone ? mark : undefined };
}

interface Compared extends Pick<Listing, 'mark'> {
  readonly linked: number;
  readonly steps: Steps;
}

/** Lists the people and compares them with the users. A server that cannot list the changes lists everybody instead. */
async function compareAll(deps: SyncDependencies, run: SyncRun, progress: ProgressReport): Promise<Compared> {
  const { basis } = run;
  try {
    return await compare(deps, run, { progress, basis });
  } catch (error) {
    if (!('since' in basis) || !(error instanceof DirectoryFault) || isServerDown(error)) throw error;
    return await compare(deps, run, { progress, basis: { fullBecause: error.message } });
  }
}

async function compare(
  deps: SyncDependencies,
  run: SyncRun,
  { progress, basis }: { readonly progress: ProgressReport; readonly basis: RunBasis },
): Promise<Compared> {
  const { connector, directory, checkpoint } = run;
  const userIds = await readLinkedUsers(deps.store, connector, checkpoint);
  const linked = userIds.size;
  progress.report({ linked });
  const survey = openSurvey(deps, run, userIds);
  const { listed, has, mark } = await directory.list({
    now: deps.clock.now(),
    since: 'since' in basis ? basis.since : undefined,
    isWanted: (subject) => userIds.has(subject),
    onBegin(kind) {
      if (!kind.isFull) return void progress.report({ kind: 'incremental' });
      const fullBecause = kind.fullBecause ?? ('since' in basis ? undefined : basis.fullBecause);
      progress.report({ kind: 'full', ...(fullBecause !== undefined && { fullBecause }) });
    },
    async onPage(people, listedSoFar) {
      await survey.add(people);
      progress.report({ listed: listedSoFar }, { checked: linked - userIds.size, found: survey.size });
    },
  });
  if (listed === 0) throw new SyncRefused('the directory lists nobody: look at userBaseDn and userFilter');
  const steps = await survey.finish(has);
  progress.report({ listed }, { checked: linked, found: survey.size });
  return { linked, mark, steps };
}

/** Drops people who look gone but are there: an entry that moves while the list is read may be on none of its pages. */
async function withoutPresent(directory: DirectoryConnector, steps: readonly Step[]): Promise<readonly Step[]> {
  const gone = steps.filter(({ dn, change }) => dn === undefined && change.action === 'disable');
  if (gone.length === 0) return steps;
  const present = await directory.present(gone.map(({ subject }) => subject));
  return steps.filter(({ dn, subject }) => dn !== undefined || !present.has(subject));
}
