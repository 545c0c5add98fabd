import type { Application } from '../documents/application.ts';

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

export function withoutAssigned(
  assignments: Application['assignments'],
  kind: Assigned,
  id: string,
): Application['assignments'] {
  return { ...assignments, [kind]: assignments[kind].filter((each) => each !== id) };
}
