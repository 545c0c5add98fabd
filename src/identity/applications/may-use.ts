import type { Application } from '../documents/application.ts';

/** Who may use an application. */
export type ApplicationAccess = Pick<Application, 'accountId' | 'openTo' | 'assignments'>;

/** Somebody who wants to use an application. The subject of a root user is the account's id, which cannot be assigned. */
export interface ApplicationUser {
  readonly accountId: string;
  readonly subject: string;
  readonly groupIds: readonly string[];
}

/** Whether the users of an account may use an application at all. */
export function isOpenToAccount(
  { accountId, openTo }: Pick<ApplicationAccess, 'accountId' | 'openTo'>,
  account: string,
): boolean {
  return openTo === 'everyone' || accountId === account;
}

/**
 * Whether pages of ours lead people of every account to an application. Those that the API opened to everyone are only used when they send
 * their people here themselves: an account must not put links of its choice before the people of others, in our name.
 */
export function isOfferedToEveryone({ openTo, origin }: Pick<Application, 'openTo' | 'origin'>): boolean {
  return openTo === 'everyone' && origin === 'file';
}

/** Whether a user may use an application. */
export function mayUse(application: ApplicationAccess, user: ApplicationUser): boolean {
  if (!isOpenToAccount(application, user.accountId)) return false;
  if (application.openTo !== 'assigned') return true;
  const { users, groups } = application.assignments;
  return users.includes(user.subject) || user.groupIds.some((groupId) => groups.includes(groupId));
}
