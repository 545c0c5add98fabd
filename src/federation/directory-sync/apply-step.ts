import { disableUser, enableUser } from '../../identity/users/disable-user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { planFor, subjectAt } from './plan-sync.ts';
import { failingConditionOf, type Standing, standingOf } from './standing.ts';
import { isAboutOnePerson, type Step } from './survey.ts';
import type { SyncChange } from './sync-report.ts';
import type { SyncDependencies, SyncRun } from './sync-run.ts';
import { findGroupIds, wantedUser } from './wanted-user.ts';

/**
 * Makes a change of who may sign in, if it still applies: an administrator may have unlinked the user, or given it a password, and the person
 * may have changed in the directory since it was listed.
 * @returns the change, as it was made.
 */
export async function applyAccess(
  deps: SyncDependencies,
  run: SyncRun,
  { change, userId, subject, ...step }: Step,
): Promise<SyncChange | undefined> {
  const { action } = change;
  if (run.isDryRun || action === 'keep') return change;
  const { store, clock, audit } = deps;
  const { connector } = run;
  const key = { accountId: connector.accountId, userId };
  const standing = step.standing ?? (await standingNow(deps, run, { subject, dn: step.dn }));
  const user = await store.users.get([key.accountId, userId]);
  if (user === undefined || standing === undefined || subjectAt(connector, user) !== subject) return undefined;
  const plan = planFor(user, standing);
  if (plan?.action !== action) return undefined;
  const { reason } = plan;
  if (action === 'disable') {
    await disableUser(store, key, { origin: 'directory', reason: `${connector.name}: ${reason}`, now: clock.now() });
  } else {
    await enableUser(store, key, 'directory');
  }
  const made = { ...change, reason };
  await audit(connector, made);
  return made;
}

async function standingNow(
  { clock }: SyncDependencies,
  { connector, directory }: SyncRun,
  { subject, dn }: Pick<Step, 'subject' | 'dn'>,
): Promise<Standing | undefined> {
  if (dn === undefined) return undefined;
  const login = await directory.read({ subject, dn }, clock.now());
  return login && standingOf({ subject, dn, claims: login.claims }, connector, failingConditionOf(connector));
}

/** Updates groups and names, as a sign-in of the person would now. What a person lost is lost without a sign-in. */
export async function applyUpdate(
  { store, clock, audit }: SyncDependencies,
  { connector, directory, isDryRun }: SyncRun,
  { change, userId, subject, dn }: Step,
): Promise<SyncChange | undefined> {
  if (isDryRun || change.action === 'keep' || dn === undefined) return change;
  try {
    const login = await directory.read({ subject, dn }, clock.now());
    // As at a sign-in: a person who does not meet the condition gets nothing.
    if (login === undefined || failingConditionOf(connector)(login) !== undefined) return undefined;
    const user = await store.users.get([connector.accountId, userId]);
    if (user === undefined) return undefined;
    const groupIds = findGroupIds(store, connector.accountId);
    const { change: by, shown } = await wantedUser({ connector, groupIds, now: clock.now() }, user, login);
    if (shown?.action !== 'update') return shown;
    await store.users.update(userKind.keyOf(user), by);
    await audit(connector, shown);
    return shown;
  } catch (error) {
    if (!isAboutOnePerson(error)) throw error;
    return { ...change, action: 'keep', reason: error.message };
  }
}
