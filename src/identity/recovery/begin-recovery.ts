import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS as KEYS } from '../../ports/ephemeral-keys.ts';
import { type Mailer, mailLanguage } from '../../ports/mailer.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { accountName } from '../accounts/account-name.ts';
import { networksOf } from '../attempts/networks.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { foldEmail, type Person } from '../credentials/people.ts';
import { hasCome } from '../documents/user.ts';
import { isHardExpired } from '../sign-in/admit-person.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** The path of the pages of a recovery; the token of a link follows. */
export const RECOVERY_PATH = '/recovery';
/** The most mails to one person within the lifetime of a link. Others may ask for them, too. Each has a link that works. */
const MAILS_PER_PERSON = 3;

/** What a link stands for. It is void as soon as anything else has ended the logins of the person. */
export interface RecoveryLink {
  readonly subject: string;
  readonly generation: number;
  /** The hash of the address that it was mailed to. It is void once the person has another one: only the owner of that mailbox may use it. */
  readonly address: string;
}

export interface WayOutDependencies {
  readonly clock: Clock;
  /** Whether the person could take over other people's identities. */
  readonly isPrivileged: (person: Person) => Promise<boolean>;
}

export interface BeginDependencies extends WayOutDependencies {
  readonly store: Pick<IdentityStore, 'accounts'>;
  /** The language in which a person last signed in, by its tag. */
  readonly languageOf: (subject: string) => Promise<string | undefined>;
  readonly ephemeral: Ephemeral;
  readonly mailer: Mailer;
  readonly random: Random;
  /** Without a trailing slash: links never follow the `Host` header. */
  readonly publicUrl: string;
}

/** What was mailed: a link, or whom to ask. `nothing` if the person has no proven address, or was sent enough mails. */
export type RecoveryMailed = 'link' | 'provider' | 'administrator' | 'nothing';

/**
 * Counts that a recovery is begun from an address. The same for every name.
 * @returns how long to wait, in ms, if too many were begun from its network.
 */
export async function countRecovery(ephemeral: Ephemeral, ip: string): Promise<number | undefined> {
  const { of, lifetime } = KEYS.recoveriesOfNetwork;
  for (const { name, perPerson: limit } of networksOf(ip)) {
    const key = of(name);
    if ((await ephemeral.increment(key, 1, lifetime)) > limit) return (await ephemeral.expiresIn(key)) ?? lifetime;
  }
  return undefined;
}

/** The address of a link as it is kept. */
export const hashedAddress = (email: string): string => hashedId(foldEmail(email));

/** What a person who has forgotten the password can do about it. Root users have the command on the server only. */
export async function wayOut(
  { isPrivileged, clock }: WayOutDependencies,
  person: Person,
): Promise<Exclude<RecoveryMailed, 'nothing'> | undefined> {
  const now = clock.now();
  // An address that nobody proved may be a stranger's (S31).
  if (
    person.kind === 'root' ||
    hasCome(person.disabledFrom, now) ||
    person.email === undefined ||
    !person.isEmailVerified
  )
    return undefined;
  if (person.password === undefined) return 'provider';
  // An administrator, or the person by "this wasn't me", has made the password unusable: a mailbox alone must not undo that.
  if (person.password.resetRequired || isHardExpired(person, now)) return 'administrator';
  // Nor may it stand for a removed passkey that was the only way in (S29), or make someone an administrator, who would even enrol a passkey of
  // their own at the next sign-in (S26).
  const isMailboxEnough =
    hasFactor(person) || !(person.password.isPasswordless === true || (await isPrivileged(person)));
  return isMailboxEnough ? 'link' : 'administrator';
}

/** Mails a person the way to a new password. Call it after the page has answered: the answer must not depend on who exists (S25). */
export async function mailRecovery(deps: BeginDependencies, person: Person): Promise<RecoveryMailed> {
  const { ephemeral, mailer, clock, random, publicUrl } = deps;
  const now = clock.now();
  const way = await wayOut(deps, person);
  if (way === undefined || person.email === undefined) return 'nothing';
  const { of, lifetime } = KEYS.recoveryMails;
  if ((await ephemeral.increment(of(hashedId(person.subject)), 1, lifetime)) > MAILS_PER_PERSON) return 'nothing';
  const { accountId, name: userName, email: to, subject } = person;
  const endsAt = now + KEYS.recoveryLink.lifetime;
  const account = accountName(await requireAccount(deps.store, accountId));
  const language = mailLanguage(await deps.languageOf(subject));
  const about = { kind: 'recovery', userName, account, endsAt } as const;
  if (way !== 'link') {
    await mailer.queue({ to, message: { ...about, askInstead: way }, language, expiresAt: endsAt });
    return way;
  }
  const token = random.bytes(32).toString('base64url');
  const link: RecoveryLink = { subject, generation: person.loginGeneration, address: hashedAddress(to) };
  await ephemeral.set(KEYS.recoveryLink.of(hashedId(token)), JSON.stringify(link), KEYS.recoveryLink.lifetime);
  const message = { ...about, link: `${publicUrl}${RECOVERY_PATH}/${token}` };
  return (await mailer.queue({ to, message, language, expiresAt: endsAt })) ? 'link' : 'nothing';
}
