import type { Application } from '../documents/application.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** How many users and groups may be assigned to an application. For more people, use groups. */
export const ASSIGNMENTS = { users: 1000, groups: 100 } as const;

export type Assigned = keyof Application['assignments'];

/** The assignments with one more. @returns `undefined` if there are too many. */
export function withAssigned(
  assignments: Application['assignments'],
  kind: Assigned,
  id: string,
): Application['assignments'] | undefined {
  const ids = assignments[kind];
  if (ids.includes(id)) return assignments;
  return ids.length >= ASSIGNMENTS[kind] ? undefined : { ...assignments, [kind]: [...ids, id] };
}

/**
 * Those of the assigned users or groups that were deleted. They can no longer be named to end their assignment, and their ids are never given
 * again.
 */
export async function goneAssigned(
  store: Pick<IdentityStore, Assigned>,
  { accountId, assignments }: Pick<Application, 'accountId' | 'assignments'>,
  kind: Assigned,
): Promise<ReadonlySet<string>> {
  const ids = assignments[kind];
  const found = await Promise.all(ids.map((id) => store[kind].get([accountId, id])));
  return new Set(ids.filter((_, index) => found[index] === undefined));
}

export function withoutAssigned(
  assignments: Application['assignments'],
  kind: Assigned,
  id: string,
): Application['assignments'] {
  return { ...assignments, [kind]: assignments[kind].filter((each) => each !== id) };
}
