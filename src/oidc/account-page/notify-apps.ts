import type { People } from '../../identity/credentials/people.ts';
import { isSessionOver } from '../../identity/sign-in/session-validity.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { PersonRecords } from './person-records.ts';

interface NotifyDependencies {
  readonly people: Pick<People, 'bySubject'>;
  readonly records: Pick<PersonRecords, 'notifyOfEnded'>;
  readonly clock: Clock;
  readonly logError: (error: unknown) => void;
}

/** Notifies the apps of a person's sessions that have ended, in the background (Back-Channel Logout). */
export function notifyAppsOf({ people, records, clock, logError }: NotifyDependencies): (subject: string) => void {
  const notify = async (subject: string): Promise<void> => {
    const person = await people.bySubject(subject);
    await records.notifyOfEnded(
      subject,
      (session) => person === undefined || isSessionOver(person, session, clock.now()),
    );
  };
  return (subject) => void notify(subject).catch(logError);
}
