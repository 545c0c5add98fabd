import type { People, Person } from '../../identity/credentials/people.ts';
import type { PersonSession, PersonSessions } from '../../identity/sign-in/person-sessions.ts';
import { isSessionOver } from '../../identity/sign-in/session-validity.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { PersonRecords } from './person-records.ts';

interface OpenSessionsDependencies {
  readonly records: Pick<PersonRecords, 'sessions' | 'endSession'>;
  readonly clock: Clock;
}

/** The sessions of a person that are not over, the latest sign-in first. */
export async function openSessionsOf(
  { records, clock }: Pick<OpenSessionsDependencies, 'records' | 'clock'>,
  person: Person,
): Promise<readonly PersonSession[]> {
  return (await records.sessions(person.subject))
    .flatMap(({ uid, signedIn }): PersonSession[] => {
      if (uid === undefined || isSessionOver(person, signedIn, clock.now())) return [];
      const { loginTs = 0, loginUsedAt = loginTs, loginBrowser: browser, loginAddress: address, amr } = signedIn;
      return [{ uid, browser, address, signedInAt: loginTs * 1000, usedAt: loginUsedAt * 1000, methods: amr ?? [] }];
    })
    .sort((a, b) => b.signedInAt - a.signedInAt);
}

/** The sessions of everyone, for administrators. */
export function personSessions({
  records,
  people,
  clock,
}: OpenSessionsDependencies & { readonly people: Pick<People, 'bySubject'> }): PersonSessions {
  return {
    async list(subject) {
      const person = await people.bySubject(subject);
      return person === undefined ? [] : await openSessionsOf({ records, clock }, person);
    },
    end: (subject, uid) => records.endSession(subject, uid),
  };
}
