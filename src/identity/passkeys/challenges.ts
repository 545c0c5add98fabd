import { createHmac } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** What a ceremony is for, and the session or sign-in that it is part of. */
export interface Ceremony {
  readonly purpose: 'enrol' | 'factor' | 'sign-in';
  readonly boundTo: string;
}

/** A challenge, and the text by which it is made again when the answer comes. */
export interface Challenge {
  readonly challenge: string;
  readonly token: string;
}

/**
 * Challenges of 256 bits that no one can predict, and that are valid once, for one ceremony in one browser. They are derived, so that
 * showing a page stores nothing; only used ones are stored.
 */
export interface Challenges {
  make(ceremony: Ceremony): Challenge;
  /** The challenge to which the token belongs, which is used up; `undefined` if it is too old, or was used. */
  take(token: string, ceremony: Ceremony): Promise<string | undefined>;
}

const { of, lifetime } = EPHEMERAL_KEYS.usedPasskeyChallenge;

export interface ChallengesDependencies {
  readonly secret: Buffer;
  readonly ephemeral: Ephemeral;
  readonly clock: Clock;
  readonly random: Random;
}

export function openChallenges({ secret, ephemeral, clock, random }: ChallengesDependencies): Challenges {
  const derive = (token: string, { purpose, boundTo }: Ceremony): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, boundTo, token]))
      .digest('base64url');
  return {
    make(ceremony) {
      const token = `${clock.now()}.${random.bytes(16).toString('base64url')}`;
      return { token, challenge: derive(token, ceremony) };
    },
    async take(token, ceremony) {
      const [, issuedAt] = /^(\d{1,15})\.[\w-]{22}$/.exec(token) ?? [];
      const age = clock.now() - Number(issuedAt ?? Number.NaN);
      if (!(age < lifetime)) return undefined;
      const challenge = derive(token, ceremony);
      return (await ephemeral.setIfAbsent(of(challenge), '1', lifetime)) ? challenge : undefined;
    },
  };
}
