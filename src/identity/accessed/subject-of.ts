import type { Caller } from '../sessions/caller.ts';

/** The id under which a caller's uses are recorded: of the user or role itself, of the user behind a federated one, or of the account. */
export function subjectOf(caller: Caller): string {
  return caller.type === 'Account' ? caller.accountId : caller.uniqueId;
}
