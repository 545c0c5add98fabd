import { isDeepStrictEqual } from 'node:util';
import type { Connector } from '../../identity/documents/connector.ts';
import { isDisabled, type User } from '../../identity/documents/user.ts';
import { groupIdsOf } from '../../identity/links/given-groups.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { afterLogin } from '../../identity/links/sign-in-linked.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { disableUser, enableUser } from '../../identity/users/disable-user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { DirectoryConnector, ListedPerson } from '../connectors/directory-connector.ts';
import { proposePerson } from '../provisioning/propose-person.ts';
import { type LinkedUser, type PlannedStep, planFor, subjectAt, usualLimit } from './plan-sync.ts';
import { failingCondition, type Standing, standingOf } from './standing.ts';
import { CHANGES_SHOWN, NO_CHANGES, type SyncAction, type SyncChange, type SyncReport } from './sync-report.ts';

const USERS_PER_PAGE = 500;
/** People whose entries are read at the same time. */
const AT_ONCE = 4;

export interface SyncRun {
  readonly connector: Connector;
  readonly directory: DirectoryConnector;
  readonly isDryRun: boolean;
  /** How many people this run may disable. Default: {@link usualLimit}. */
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
  const people = await directory.list(deps.clock.now());
  if (people.size === 0) throw new SyncRefused('the directory lists nobody: look at userBaseDn and userFilter');
  await checkpoint();
  const { linked, leaving, steps } = await planSteps(deps, run, people);
  const limit = mayDisable ?? usualLimit(linked);
  const tooMany =
    leaving > limit
      ? `${leaving} of ${linked} people would be disabled, and ${limit} may be: start it with MayDisable`
      : undefined;
  if (tooMany !== undefined && !isDryRun) throw new SyncRefused(tooMany);
  const tally = openTally();
  for (const step of steps) {
    await checkpoint();
    if (await apply(deps, run, step)) tally.add(step.change);
  }
  for await (const batch of batches(deps.store, connector)) {
    await checkpoint();
    const changes = await Promise.all(batch.map((each) => update(deps, run, each, people.get(each.subject))));
    for (const change of changes) if (change !== undefined) tally.add(change);
  }
  return {
    ...started,
    state: 'succeeded',
    listed: people.size,
    linked,
    ...tally.read(),
    ...(tooMany !== undefined && { message: tooMany }),
  };
}

/** The users of a connector, in pages: an account may have more than fit into memory. */
async function* linkedUsers(store: IdentityStore, connector: Connector): AsyncGenerator<readonly LinkedUser[]> {
  let after: string | undefined;
  do {
    const page = await store.users.find('byName', [connector.accountId], {
      limit: USERS_PER_PAGE,
      ...(after !== undefined && { after }),
    });
    yield page.items.flatMap((user) => {
      const subject = subjectAt(connector, user);
      return subject === undefined ? [] : [{ user, subject }];
    });
    after = page.next;
  } while (after !== undefined);
}

/** The users of a connector, as many at once as may be read at the same time. */
async function* batches(store: IdentityStore, connector: Connector): AsyncGenerator<readonly LinkedUser[]> {
  for await (const page of linkedUsers(store, connector)) {
    for (let start = 0; start < page.length; start += AT_ONCE) yield page.slice(start, start + AT_ONCE);
  }
}

/** A change of who may sign in, with what it was decided by. */
interface Step {
  readonly change: SyncChange & PlannedStep;
  readonly key: Pick<User, 'accountId' | 'userId'>;
  readonly subject: string;
  readonly standing: Standing;
}

async function planSteps(
  { store, clock }: SyncDependencies,
  { connector, directory, checkpoint }: SyncRun,
  people: ReadonlyMap<string, ListedPerson>,
) {
  const steps: Step[] = [];
  let linked = 0;
  const stepOf = async ({ user, subject }: LinkedUser): Promise<Step | undefined> => {
    const standing = await standingOf({ connector, directory, people }, subject, clock.now());
    const plan = standing && planFor(user, standing);
    const { accountId, userId, userName } = user;
    return plan && { change: { ...plan, userName }, key: { accountId, userId }, subject, standing };
  };
  for await (const batch of batches(store, connector)) {
    await checkpoint();
    linked += batch.length;
    for (const step of await Promise.all(batch.map(stepOf))) if (step !== undefined) steps.push(step);
  }
  return { linked, steps, leaving: steps.filter(({ change }) => change.action === 'disable').length };
}

/** @returns whether the change still applied: an administrator may have unlinked the user, or given it a password. */
async function apply(
  { store, clock, audit }: SyncDependencies,
  { connector, isDryRun }: SyncRun,
  { change, key, subject, standing }: Step,
): Promise<boolean> {
  const { action, reason } = change;
  if (isDryRun || action === 'keep') return true;
  const user = await store.users.get([key.accountId, key.userId]);
  const isSame = user !== undefined && subjectAt(connector, user) === subject;
  if (!isSame || planFor(user, standing)?.action !== action) return false;
  if (action === 'disable') {
    await disableUser(store, key, { origin: 'directory', reason: `${connector.name}: ${reason}`, now: clock.now() });
  } else {
    await enableUser(store, key, 'directory');
  }
  await audit(connector, change);
  return true;
}

/** Updates groups and names, if they changed. What a person lost is lost without a sign-in. */
async function update(
  { store, clock, audit }: SyncDependencies,
  { connector, directory, isDryRun }: SyncRun,
  { user, subject }: LinkedUser,
  listed: ListedPerson | undefined,
): Promise<SyncChange | undefined> {
  // A user who is disabled gets nothing new.
  if (listed === undefined || listed.disabledBecause !== undefined || isDisabled(user)) return undefined;
  const { dn } = listed;
  const login = await directory.read({ subject, dn }, clock.now());
  // As at a sign-in: who does not meet the condition gets nothing.
  if (login === undefined || failingCondition(connector, login) !== undefined) return undefined;
  const person = proposePerson(connector.rules, login.claims, subject);
  const { groupIds } = await groupIdsOf(store, connector.accountId, person);
  const gift = { id: linkId(connector.connectorId, subject), login: { connector, subject, person }, groupIds };
  try {
    const wanted = afterLogin(user, gift);
    if (isDeepStrictEqual(wanted, user)) return undefined;
    const change = { action: 'update', userName: user.userName, reason: describe(user, wanted) } as const;
    if (isDryRun) return change;
    await store.users.update(userKind.keyOf(user), (old) => afterLogin(old, gift));
    await audit(connector, change);
    return change;
  } catch (error) {
    // One person in too many groups must not stop the others.
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    return { action: 'keep', userName: user.userName, reason: error.message };
  }
}

function describe(before: User, after: User): string {
  const added = after.groupIds.filter((id) => !before.groupIds.includes(id)).length;
  const removed = before.groupIds.filter((id) => !after.groupIds.includes(id)).length;
  const groups = added + removed === 0 ? [] : [`groups: ${added} added, ${removed} removed`];
  const isRenamed = !isDeepStrictEqual(before.links, after.links);
  return [...groups, ...(isRenamed && added + removed === 0 ? ['name or address'] : [])].join('; ');
}

function openTally() {
  const counts: Record<SyncAction, number> = { ...NO_CHANGES };
  const changes: SyncChange[] = [];
  return {
    add(change: SyncChange): void {
      counts[change.action] += 1;
      if (changes.length < CHANGES_SHOWN) changes.push(change);
    },
    read: () => ({ counts, changes }),
  };
}
