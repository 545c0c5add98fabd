import type { User } from '../../identity/documents/user.ts';
import type { ListedPerson } from '../connectors/directory-connector.ts';
import type { VerifiedLogin } from '../connectors/verified-login.ts';
import { DirectoryFault } from '../directory-client/directory-fault.ts';
import { batches } from './batches.ts';
import { planFor, subjectAt } from './plan-sync.ts';
import { failingConditionOf, GONE, type Standing, standingOf } from './standing.ts';
import type { SyncChange } from './sync-report.ts';
import type { SyncDependencies, SyncRun } from './sync-run.ts';
import { type FindGroupIds, findGroupIdsOnce, wantedUser } from './wanted-user.ts';

/** Users whose documents are read at the same time, and people whose entries are. */
const USERS_AT_ONCE = 50;
const PEOPLE_AT_ONCE = 4;

/** A change that a sync intends, small enough to keep one for every user. */
export interface Step {
  readonly change: SyncChange;
  readonly userId: string;
  readonly subject: string;
  /** The person's entry; `undefined` if there is none any more. */
  readonly dn: string | undefined;
  /** How the standing was found, if it need not be found again before the change. */
  readonly standing: Standing | undefined;
}

/** Compares the people of a directory with the users who came from it. Changes nothing. */
export interface Survey {
  /** How many changes were found so far. */
  readonly size: number;
  /** Compares a page of people. */
  add(people: readonly ListedPerson[]): Promise<void>;
  /** Looks at the users whom no page had, once the list is complete: whom the directory does not have is gone. */
  finish(isThere: (subject: string) => boolean): Promise<Steps>;
}

export interface Steps {
  /** Who may sign in. */
  readonly access: readonly Step[];
  /** Groups and names. */
  readonly updates: readonly Step[];
}

/** @param userIds the users by subject; emptied by and by. */
export function openSurvey(deps: SyncDependencies, run: SyncRun, userIds: Map<string, string>): Survey {
  const { store } = deps;
  const { connector, checkpoint } = run;
  const access: Step[] = [];
  const updates: Step[] = [];
  const compare = openComparison(run, findGroupIdsOnce(store, connector.accountId));
  const userOf = async (subject: string): Promise<User | undefined> => {
    const user = await store.users.get([connector.accountId, userIds.get(subject) ?? '']);
    // An administrator may have unlinked the user.
    return user !== undefined && subjectAt(connector, user) === subject ? user : undefined;
  };
  return {
    get size() {
      return access.length + updates.length;
    },
    async add(people) {
      await checkpoint();
      const known = await readUnknown(deps, run, people);
      for (const batch of batches(known, USERS_AT_ONCE)) {
        const users = await Promise.all(batch.map(({ person }) => userOf(person.subject)));
        for (const [index, { person, problem }] of batch.entries()) {
          const user = users[index];
          userIds.delete(person.subject);
          if (user === undefined) continue;
          const found = await compare(user, person, problem);
          if (found.access !== undefined) access.push(found.access);
          if (found.update !== undefined) updates.push(found.update);
        }
      }
    },
    async finish(isThere) {
      const gone = [...userIds.keys()].filter((subject) => !isThere(subject));
      for (const batch of batches(gone, USERS_AT_ONCE)) {
        await checkpoint();
        const users = await Promise.all(batch.map(userOf));
        for (const [index, subject] of batch.entries()) {
          const user = users[index];
          const plan = user && planFor(user, GONE);
          if (plan === undefined || user === undefined) continue;
          const { userId, userName } = user;
          access.push({ change: { ...plan, userName }, userId, subject, dn: undefined, standing: GONE });
        }
      }
      return { access, updates };
    },
  };
}

interface KnownPerson {
  readonly person: ListedPerson;
  /** Why the person's entry could not be read. */
  readonly problem?: string;
}

/** Reads the entries of people whose claims the list did not tell. */
async function readUnknown(
  { clock }: Pick<SyncDependencies, 'clock'>,
  { directory }: Pick<SyncRun, 'directory'>,
  people: readonly ListedPerson[],
): Promise<readonly KnownPerson[]> {
  const readOne = async (person: ListedPerson): Promise<KnownPerson> => {
    if (person.claims !== undefined || person.disabledBecause !== undefined) return { person };
    try {
      const login = await directory.read(person, clock.now());
      return { person: { ...person, ...(login !== undefined && { claims: login.claims }) } };
    } catch (error) {
      if (!isAboutOnePerson(error)) throw error;
      return { person, problem: error.message };
    }
  };
  const known: KnownPerson[] = [];
  for (const batch of batches(people, PEOPLE_AT_ONCE)) known.push(...(await Promise.all(batch.map(readOne))));
  return known;
}

/** Whether only this person cannot be read: they are in too many groups. */
export function isAboutOnePerson(error: unknown): error is DirectoryFault {
  return error instanceof DirectoryFault && error.kind === 'too-much';
}

interface Comparison {
  readonly access?: Step;
  readonly update?: Step;
}

function openComparison({ connector }: Pick<SyncRun, 'connector'>, groupIds: FindGroupIds) {
  const failing = failingConditionOf(connector);
  return async (user: User, person: ListedPerson, problem: string | undefined): Promise<Comparison> => {
    const { userId, userName } = user;
    const { subject, dn, claims } = person;
    const step = { userId, subject, dn };
    if (problem !== undefined) {
      const change = { action: 'keep', userName, reason: problem } as const;
      return { access: { ...step, change, standing: undefined } };
    }
    const standing = standingOf(person, connector, failing);
    const plan = standing && planFor(user, standing);
    const access = plan && {
      ...step,
      change: { ...plan, userName },
      standing: claims === undefined ? standing : undefined,
    };
    const after = plan?.action === 'enable' ? withoutDisabling(user) : user;
    const isWelcome = standing?.maySignIn === true && claims !== undefined;
    const change = isWelcome ? await changeOf(after, { subject, claims }) : undefined;
    return {
      ...(access !== undefined && { access }),
      ...(change !== undefined && { update: { ...step, change, standing: undefined } }),
    };
  };

  async function changeOf(user: User, login: Pick<VerifiedLogin, 'subject' | 'claims'>) {
    return (await wantedUser({ connector, groupIds }, user, login)).shown;
  }
}

/** The user once the directory has enabled it. */
function withoutDisabling({ disabled, ...user }: User): User {
  const { directory: _withdrawn, ...others } = disabled ?? {};
  return { ...user, disabled: others };
}
