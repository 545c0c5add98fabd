import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { restoreAddress } from '../addresses/change-address.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import { findCredentialHolder } from '../credentials/find-credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import { type Person, passkeyPolicyFor } from '../credentials/people.ts';
import { changeFactors } from '../factors/change-factors.ts';
import { withoutFactorReset } from '../factors/factor-reset.ts';
import { unlinkLogin } from '../links/link-login.ts';
import { doubtBrowsers } from '../own-browsers/own-browsers.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { NoticeLink } from './notices.ts';
import { withoutReports } from './watch-credentials.ts';

interface ReportDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'take'>;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a link of a notice is about. */
export interface OpenNotice extends NoticeLink {
  readonly person: Person;
}

/** Something that a person did not do. */
export interface Suspicion extends Pick<NoticeLink, 'at' | 'added' | 'linked'> {
  readonly person: Person;
}

/** An intruder's first step may be the one that was not noticed: what was added so long before the event goes, too. */
const BEFORE_MS = 60 * 60_000;

/** What the holders of the links in notices can do. */
export interface NoticeLinks {
  /** Reads only. `undefined` if the link was used, has expired or never existed. */
  find(token: string): Promise<OpenNotice | undefined>;
  /**
   * Ends all logins of the person and the sessions of the user's access keys, removes the factor or the link that the notice is about if it was added, and
   * whatever else was added since the hour before it, brings back the e-mail address of before, and makes the password unusable, because the intruder may know it. A new one comes from an administrator, or is chosen after
   * signing in with a passkey. Works once.
   */
  report(token: string): Promise<OpenNotice | undefined>;
  /** Does the same about something that the person saw elsewhere. The caller makes sure that it is the person who asks. */
  secure(suspicion: Suspicion): Promise<void>;
}

export function openNoticeLinks({
  store: identities,
  ephemeral,
  passwords,
  clock,
  random,
}: ReportDependencies): NoticeLinks {
  // A notice of this would say that an administrator reset the password.
  const store = withoutReports(identities);
  const keyOf = (token: string): string => EPHEMERAL_KEYS.noticeLink.of(hashedId(token));
  const open = async (text: string | undefined): Promise<OpenNotice | undefined> => {
    if (text === undefined) return undefined;
    const link = JSON.parse(text) as NoticeLink;
    const holder = await findCredentialHolder(store, link);
    if (holder === undefined) return undefined;
    const account = await requireAccount(store, link.accountId);
    const { alias, signInPolicy } = account;
    const name = holder.userName ?? 'root';
    const passkeyPolicy = passkeyPolicyFor(holder, account);
    return {
      ...link,
      person: { ...holder, accountAlias: alias, name, password: undefined, signInPolicy, passkeyPolicy },
    };
  };
  const blockPassword = async (holder: CredentialHolder, notice: Suspicion): Promise<void> => {
    const hash = await passwords.hash(random.bytes(32).toString('base64'));
    await changeCredentials(store, holder, (old) => ({
      ...withLoginsEnded(old),
      // An intruder may have written down new ones.
      recoveryCodes: old.recoveryCodes && isRecent(old.recoveryCodes.createdAt, notice) ? undefined : old.recoveryCodes,
      password: old.password && {
        ...old.password,
        hash,
        changedAt: clock.now(),
        // Who has no password need not choose one, unless an administrator demands it.
        resetRequired: old.kind === 'user' && (old.password.resetRequired || old.password.isPasswordless !== true),
      },
    }));
  };
  const secure = async (suspicion: Suspicion): Promise<void> => {
    const { person } = suspicion;
    const { accountId, subject } = person;
    await blockPassword(person, suspicion);
    const isFromThen = (factor: Factor): boolean =>
      factor.serialNumber === suspicion.added || isRecent(factor.enabledAt, suspicion);
    if (person.factors.some(isFromThen))
      await changeFactors(store, person, (factors) => factors.filter((factor) => !isFromThen(factor)));
    await unlinkRecent(store, suspicion);
    if (person.kind === 'user' && suspicion.at !== undefined)
      await restoreAddress(store, { accountId, userId: subject }, suspicion.at - BEFORE_MS);
    await doubtBrowsers(ephemeral, subject, clock.now());
    // Sessions that came from access keys. The keys themselves stay: programs depend on them, and an administrator decides.
    if (person.kind === 'user')
      await store.users.update([accountId, subject], (old) => ({
        ...withoutFactorReset(old),
        timesDisabled: (old.timesDisabled ?? 0) + 1,
      }));
  };
  return {
    secure,
    find: async (token) => open(await ephemeral.get(keyOf(token))),
    async report(token) {
      const notice = await open(await ephemeral.get(keyOf(token)));
      if (notice === undefined) return undefined;
      await secure(notice);
      // Taken last, so that an interrupted report can be repeated: doing it twice does no harm, not doing it does.
      return (await ephemeral.take(keyOf(token))) === undefined ? undefined : notice;
    },
  };
}

/** Whether something was added since the event, or shortly before. */
function isRecent(addedAt: number, { at }: Suspicion): boolean {
  return at !== undefined && addedAt >= at - BEFORE_MS;
}

/** Unlinks the login of the notice, and recent ones, but not the one that created the user: the connector would create another user. */
async function unlinkRecent(store: Pick<IdentityStore, 'users'>, suspicion: Suspicion): Promise<void> {
  const { accountId, subject } = suspicion.person;
  const user = await store.users.get([accountId, subject]);
  for (const { id, createdAt } of user?.links ?? []) {
    const isAdded = createdAt > (user?.createdAt ?? 0) && isRecent(createdAt, suspicion);
    if (user !== undefined && (id === suspicion.linked || isAdded)) await unlinkLogin(store, { user, id });
  }
}
