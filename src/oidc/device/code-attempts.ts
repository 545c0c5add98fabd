import { networksOf } from '../../identity/attempts/networks.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

const KEY = EPHEMERAL_KEYS.userCodeFailures;
/** Wrong codes of one person in ten minutes. */
export const MAX_OF_PERSON = 10;
/** Wrong codes of everybody in ten minutes. With 20⁸ codes, even a thousand open ones make a hit as likely as one in 25,000. */
export const MAX_TOGETHER = 1000;

/** Who enters a code, and from where. */
export interface CodeAttempt {
  readonly subject: string;
  readonly ip: string;
}

/** Limits how many wrong user codes are entered (RFC 8628 §5.1): by a person, from a network, and together. */
export interface CodeAttempts {
  /** Counts an attempt before its code is looked up. Returns how long to wait, in ms, if there were too many. */
  begin(attempt: CodeAttempt): Promise<number | undefined>;
  /** Takes an attempt back whose code was right. */
  wasRight(attempt: CodeAttempt): Promise<void>;
}

export function openCodeAttempts(ephemeral: Ephemeral): CodeAttempts {
  const countersOf = ({ subject, ip }: CodeAttempt): readonly (readonly [key: string, limit: number])[] => [
    [KEY.of(`person/${hashedId(subject)}`), MAX_OF_PERSON],
    ...networksOf(ip).map(({ name, perWindow }) => [KEY.of(`network/${name}`), perWindow] as const),
    [KEY.of('all'), MAX_TOGETHER],
  ];
  const add = (counters: readonly (readonly [key: string, limit: number])[], by: number): Promise<readonly number[]> =>
    Promise.all(counters.map(([key]) => ephemeral.increment(key, by, KEY.lifetime)));
  return {
    async begin(attempt) {
      const counters = countersOf(attempt);
      const counts = await add(counters, 1);
      const over = counters.filter(([, limit], index) => (counts[index] ?? 0) > limit);
      if (over.length === 0) return undefined;
      // A refused attempt looks nothing up, so it must not use up what others share.
      await add(counters, -1);
      const waits = await Promise.all(over.map(([key]) => ephemeral.expiresIn(key)));
      return Math.max(...waits.map((wait) => wait ?? KEY.lifetime));
    },
    wasRight: async (attempt) => void (await add(countersOf(attempt), -1)),
  };
}
