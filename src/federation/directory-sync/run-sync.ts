import type { DirectoryConnector } from '../connectors/directory-connector.ts';
import { applyAccess, applyUpdate } from './apply-step.ts';
import { batches } from './batches.ts';
import { readLinkedUsers } from './linked-users.ts';
import { usualLimit } from './plan-sync.ts';
import { openSurvey, type Step } from './survey.ts';
import { openProgress } from './sync-progress.ts';
import type { SyncReport } from './sync-report.ts';
import type { SyncDependencies, SyncRun } from './sync-run.ts';

/** Changes that are made at the same time. */
const AT_ONCE = 4;

/** A run would disable too many people. */
export class SyncRefused extends Error {
  override readonly name = 'SyncRefused';
}

/**
 * Brings the users of a connector in line with its directory: disables those who are gone, disabled there, or do not meet the condition of
 * the connector; enables those whom a sync had disabled; updates groups and names as a sign-in would. Creates and deletes nobody. Safe to
 * repeat at any point.
 * @throws {SyncRefused} before anything is changed. @throws {DirectoryFault} if the directory did not list all of its people.
 */
export async function runSync(deps: SyncDependencies, run: SyncRun, started: SyncReport): Promise<SyncReport> {
  const { connector, directory, isDryRun, mayDisable, checkpoint } = run;
  const progress = openProgress(run, started);
  const userIds = await readLinkedUsers(deps.store, connector, checkpoint);
  const linked = userIds.size;
  progress.report({ linked });
  const survey = openSurvey(deps, run, userIds);
  const listed = await directory.list({
    now: deps.clock.now(),
    isWanted: (subject) => userIds.has(subject),
    async onPage(people, listedSoFar) {
      await survey.add(people);
      progress.report({ listed: listedSoFar }, { checked: linked - userIds.size, found: survey.size });
    },
  });
  if (listed === 0) throw new SyncRefused('the directory lists nobody: look at userBaseDn and userFilter');
  const { access, updates } = await survey.finish();
  progress.report({ listed }, { checked: linked, found: survey.size });
  const leaving = access.filter(({ change }) => change.action === 'disable').length;
  const limit = mayDisable ?? usualLimit(linked);
  const tooMany =
    leaving > limit
      ? `${leaving} of ${linked} people would be disabled, and ${limit} may be: start it with MayDisable`
      : undefined;
  if (tooMany !== undefined && !isDryRun) throw new SyncRefused(tooMany);
  progress.report({}, { phase: 'changing' });
  const make = async (steps: readonly Step[], apply: typeof applyAccess): Promise<void> => {
    for (const batch of batches(steps, AT_ONCE)) {
      await checkpoint();
      progress.made(await Promise.all(batch.map((step) => apply(deps, run, step))));
    }
  };
  await make(isDryRun ? access : await withoutPresent(directory, access), applyAccess);
  await make(updates, applyUpdate);
  return progress.report({ state: 'succeeded', ...(tooMany !== undefined && { message: tooMany }) });
}

/** Drops people who look gone but are there: an entry that moves while the list is read may be on none of its pages. */
async function withoutPresent(directory: DirectoryConnector, steps: readonly Step[]): Promise<readonly Step[]> {
  const gone = steps.filter(({ dn, change }) => dn === undefined && change.action === 'disable');
  if (gone.length === 0) return steps;
  const present = await directory.present(gone.map(({ subject }) => subject));
  return steps.filter(({ dn, subject }) => dn !== undefined || !present.has(subject));
}
