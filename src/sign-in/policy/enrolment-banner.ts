import { type Html, html } from '../../http/html.ts';
import { isoTime, minuteOf } from '../../http/messages/dates.ts';
import { say } from '../../http/messages/say.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { passkeysOf } from '../../identity/passkeys/passkeys-of.ts';
import type { SignInEnforcement } from '../enforcement.ts';

/** Who is told, and at what time, in ms since the epoch. */
interface Told {
  readonly person: Person;
  readonly now: number;
}

/**
 * Tells a person to whom the rule for privileged people applies, and who has nothing that it asks for, from when on it does (S26).
 * @param addAt where factors are added, unless it is on the same page.
 */
export async function enrolmentBanner(
  { judge, passkeys: { rpId } }: Pick<SignInEnforcement, 'judge' | 'passkeys'>,
  { person, now }: Told,
  addAt: string | undefined,
): Promise<Html | undefined> {
  const isPasskey = judge.hasPasskeys && rpId !== undefined;
  if ((isPasskey ? passkeysOf(person, rpId) : person.factors).length > 0) return undefined;
  const due = await judge.enrolmentDue(person);
  // A refused role says itself what is missing.
  if (due === undefined || (!due.ofSignIns && due.until <= now)) return undefined;
  const time = html`<time datetime="${isoTime(due.until)}">${minuteOf(due.until)}</time>`;
  return html`<p class="note">${say(MESSAGES[due.ofSignIns ? 'signIn' : 'role'][isPasskey ? 'passkey' : 'factor'], { time })}${
    addAt !== undefined && html` <a href="${addAt}">${say('signInPolicy.addOneNow')}</a>`
  }</p>`;
}

const MESSAGES = {
  signIn: { passkey: 'signInPolicy.passkeyDue', factor: 'signInPolicy.factorDue' },
  role: { passkey: 'signInPolicy.passkeyDueForRoles', factor: 'signInPolicy.factorDueForRoles' },
} as const;
