import { generationOf } from '../identity/credentials/login-generation.ts';
import { isOriginOver, type LinkStanding } from '../identity/credentials/login-origin.ts';
import { hasCome, isDisabled } from '../identity/documents/user.ts';
import { type Caller, userStampOf } from '../identity/sessions/caller.ts';
import type { IdentityCache } from '../identity/store/identity-cache.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { accountIdOf } from '../kernel/ids.ts';
import type { Loader } from './gather-policies.ts';

/** What the stamp of a session must equal: that of a login, or that of a user's access key. */
export interface Standing {
  readonly loginGeneration: number;
  readonly timesDisabled: number;
  /** When the user ends (ms since the epoch), if that is known. */
  readonly endsAt: number | undefined;
  /** The outside logins by which the user may sign in. */
  readonly links: readonly LinkStanding[];
}

interface SessionStandings {
  readonly store: IdentityStore;
  readonly standings: IdentityCache<Standing>;
  readonly clock: Clock;
}

/** No stamp has this value. */
const NEVER = -1;
const NOBODY: Standing = { loginGeneration: NEVER, timesDisabled: NEVER, endsAt: undefined, links: [] };

/**
 * Whether what a session came from still holds: the login (`AssumeRoleWithWebIdentity` with an ID token of this server), or the user whose
 * access key it was. Checked on every call of such a session and cached like policies, so it does not wait in the steady state.
 */
export function isSessionOpen(
  { store, standings, clock }: SessionStandings,
  caller: Caller,
): boolean | Promise<boolean> {
  const login = caller.session?.login;
  const user = userStampOf(caller);
  const subject = login?.subject ?? user?.subject;
  if (subject === undefined) return true;
  const now = clock.now();
  const holds = (standing: Standing): boolean =>
    !hasCome(standing.endsAt, now) &&
    (login === undefined || login.generation === standing.loginGeneration) &&
    (login?.origin === undefined || !isOriginOver(standing.links, login.origin, now)) &&
    (user === undefined || user.timesDisabled === standing.timesDisabled);
  const known = standings.peek(subject);
  if (known !== undefined) return holds(known);
  return standings.get(subject, (dependOn) => loadStanding({ store, dependOn }, subject)).then(holds);
}

async function loadStanding({ store, dependOn }: Loader, subject: string): Promise<Standing> {
  const accountId = accountIdOf(subject);
  if (accountId !== undefined) {
    dependOn('users', [accountId, subject]);
    const user = await store.users.get([accountId, subject]);
    if (user === undefined || isDisabled(user)) return NOBODY;
    const { links = [] } = user;
    const maySignIn = user.loginProfile !== undefined || links.length > 0;
    const loginGeneration = maySignIn ? generationOf(user) : NEVER;
    return { loginGeneration, timesDisabled: user.timesDisabled ?? 0, endsAt: user.endsAt, links };
  }
  dependOn('accounts', [subject]);
  const account = await store.accounts.get([subject]);
  if (account === undefined) return NOBODY;
  const loginGeneration = account.root.passwordHash === undefined ? NEVER : generationOf(account.root);
  return { loginGeneration, timesDisabled: 0, endsAt: undefined, links: [] };
}
