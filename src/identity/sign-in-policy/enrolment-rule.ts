import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';

const DAY = 86_400_000;

/** The rule that privileged people enrol a passkey or security key (SECURITY S26). */
export interface EnrolmentRule {
  /** How many days they may take; 0: the rule is off. */
  readonly days: number;
}

/**
 * Until when a person may sign in without a passkey or security key, in ms since the epoch; `undefined` if the rule has not applied to any
 * of their sign-ins so far.
 */
export function enrolmentDue(
  { days }: EnrolmentRule,
  { mustEnrolSince }: Pick<CredentialHolder, 'mustEnrolSince'>,
): number | undefined {
  return days === 0 || mustEnrolSince === undefined ? undefined : mustEnrolSince + days * DAY;
}

/** Stores that the rule applies from now on, unless that is stored already. @returns until when the person may take. */
export async function beginEnrolment(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  { days }: EnrolmentRule,
  { holder, now }: { readonly holder: CredentialHolder; readonly now: number },
): Promise<number> {
  const { mustEnrolSince } = holder;
  if (mustEnrolSince !== undefined) return mustEnrolSince + days * DAY;
  const changed = await changeCredentials(store, holder, (old) => ({
    ...old,
    mustEnrolSince: old.mustEnrolSince ?? now,
  }));
  return (changed?.mustEnrolSince ?? now) + days * DAY;
}
