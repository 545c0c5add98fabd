import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { isSessionOver, type SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { PersonRecords } from './person-records.ts';
import type { ShownSession } from './sessions-section.ts';
import type { SignedIn } from './signed-in.ts';

interface OwnSessionsDependencies {
  readonly records: Pick<PersonRecords, 'sessions' | 'endSession' | 'endOtherSessions'>;
  readonly clock: Clock;
}

/** The browsers in which a person is signed in: this one first, then the latest. */
export async function ownSessions(
  { records, clock }: OwnSessionsDependencies,
  { person, session }: SignedIn,
): Promise<readonly ShownSession[]> {
  const stored = await records.sessions(person.subject);
  const isOpen = (signedIn: SignedInSession): boolean => !isSessionOver(person, signedIn, clock.now());
  return stored
    .filter(({ uid, signedIn }) => uid !== undefined && isOpen(signedIn))
    .map(({ uid = '', signedIn }) => ({
      uid,
      browser: signedIn.loginBrowser ?? say('account.unknownBrowser'),
      signedInAt: (signedIn.loginTs ?? 0) * 1000,
      isThis: uid === session.uid,
    }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.signedInAt - a.signedInAt);
}

/** Ends one session of a person, or all but this. Returns what the page says. */
export async function endOwn(
  { records }: OwnSessionsDependencies,
  { person, session }: SignedIn,
  which: string,
): Promise<Text> {
  if (which === 'others') {
    await records.endOtherSessions(person.subject, session.uid);
    return say('account.signedOutElsewhere');
  }
  const isEnded = await records.endSession(person.subject, which);
  return isEnded ? say('account.otherSignedOut') : say('account.otherWasSignedOut');
}
