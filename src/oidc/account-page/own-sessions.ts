import { shownBrowser } from '../../http/browser-name.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { PersonRecords } from './person-records.ts';
import { openSessionsOf } from './person-sessions.ts';
import type { ShownSession } from './sessions-section.ts';
import type { SignedIn } from './signed-in.ts';

interface OwnSessionsDependencies {
  readonly records: Pick<PersonRecords, 'sessions' | 'endSession' | 'endOtherSessions'>;
  readonly clock: Clock;
}

/** The browsers in which a person is signed in: this one first, then the latest. */
export async function ownSessions(
  deps: OwnSessionsDependencies,
  { person, session }: SignedIn,
): Promise<readonly ShownSession[]> {
  const sessions = await openSessionsOf(deps, person);
  return sessions
    .map(({ browser, ...each }) => ({
      ...each,
      browser: shownBrowser(browser),
      isThis: each.uid === session.uid,
    }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis));
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
