import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { EphemeralKey } from '../../ports/ephemeral-key.ts';
import { EPHEMERAL_KEYS as KEYS } from '../../ports/ephemeral-keys.ts';
import { networksOf } from '../attempts/networks.ts';
import { foldEmail } from '../credentials/people.ts';

const DIGITS = 8;
/** Guesses at one code. */
const TRIES = 5;
/** Codes within the lifetime of each counter. */
const PER_PERSON = 6;
const PER_ADDRESS = 4;
const PER_ADDRESS_AND_DAY = 12;
const PER_OWN_BROWSER = 4;
const PER_OWN_BROWSER_AND_DAY = 12;

/** What a code proves: that a new address is the person's, or that the person who has a proven address is at this browser. */
export type CodePurpose = 'address' | 'browser';

/** What a code is for. It is worth nothing for anything else. */
export interface CodeUse {
  readonly purpose: CodePurpose;
  readonly subject: string;
  /** The session or sign-in in which it is asked for. Each has a code of its own, so nobody can replace another browser's. */
  readonly session: string;
  /** The address that it is mailed to. */
  readonly address: string;
}

/** Where a code is asked for. */
export interface AskedFrom {
  readonly ip: string;
  /** The id that the browser keeps, if it is the person's own (`isOwnBrowser`). */
  readonly ownBrowser?: string | undefined;
}

export interface IssuedCode {
  /** Eight digits. Only for the mail. */
  readonly code: string;
  /** Ms since the epoch. */
  readonly endsAt: number;
}

/** `void`: there is none (any more): it has expired, was used or replaced, or was guessed at too often. */
export type CodeCheck = 'right' | 'wrong' | 'void';

/**
 * One-time codes that are mailed. They prove that a mailbox is a person's (NIST SP 800-63B-4 §3.1.3.1 rules out e-mail for out-of-band
 * authentication): they are no second factor, and never make a session stronger.
 */
export interface MailedCodes {
  /**
   * Makes a code, which replaces the one before. Does the same work for every address.
   * @returns how long to wait, in ms, if too many were asked for.
   */
  issue(use: CodeUse, from: AskedFrom): Promise<IssuedCode | { readonly waitMs: number }>;
  /** Whether a code was mailed that may still be shown. */
  isPending(use: CodeUse): Promise<boolean>;
  /** Checks a code. A right one is used up: of several requests with it, one gets `right`. */
  check(use: CodeUse, code: string): Promise<CodeCheck>;
}

interface MailedCodesDependencies {
  readonly ephemeral: Ephemeral;
  /** Keys the hashes: so few digits could be found by trying all of them. */
  readonly secret: Buffer;
  readonly clock: Clock;
  readonly random: Random;
}

const keyOf = ({ purpose, subject, session }: CodeUse): string =>
  KEYS.mailedCode.of(purpose, hashedId(subject), hashedId(session));

export function openMailedCodes({ ephemeral, secret, clock, random }: MailedCodesDependencies): MailedCodes {
  const hashOf = ({ purpose, subject, session, address }: CodeUse, code: string): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, subject, session, foldEmail(address), code]))
      .digest();
  return {
    async issue(use, from) {
      const waitMs = await countMail(ephemeral, use, from);
      if (waitMs !== undefined) return { waitMs };
      // 64 random bits, so that the remainder favours no code noticeably.
      const number = random.bytes(8).readBigUInt64BE() % 10n ** BigInt(DIGITS);
      const code = String(number).padStart(DIGITS, '0');
      const { lifetime } = KEYS.mailedCode;
      // The random part makes each code's counter of guesses its own, even if the same digits come up again.
      const stored = `${random.bytes(9).toString('base64url')}.${hashOf(use, code).toString('base64url')}`;
      await ephemeral.set(keyOf(use), stored, lifetime);
      return { code, endsAt: clock.now() + lifetime };
    },
    isPending: async (use) => (await ephemeral.get(keyOf(use))) !== undefined,
    async check(use, code) {
      const key = keyOf(use);
      const stored = await ephemeral.get(key);
      if (stored === undefined) return 'void';
      const tries = KEYS.mailedCodeTries;
      if ((await ephemeral.increment(tries.of(hashedId(stored)), 1, tries.lifetime)) > TRIES) return 'void';
      const expected = Buffer.from(stored.slice(stored.indexOf('.') + 1), 'base64url');
      if (!timingSafeEqual(expected, hashOf(use, code))) return 'wrong';
      return (await ephemeral.take(key)) === stored ? 'right' : 'void';
    },
  };
}

type Counted = readonly (readonly [EphemeralKey<string, number>, string, number])[];

/** Counts a mail. @returns how long to wait, in ms, if there were too many: nobody's mailbox is to be flooded. */
async function countMail(ephemeral: Ephemeral, use: CodeUse, from: AskedFrom): Promise<number | undefined> {
  for (const [{ lifetime }, key, limit] of countersOf(use, from)) {
    if ((await ephemeral.increment(key, 1, lifetime)) > limit) return (await ephemeral.expiresIn(key)) ?? lifetime;
  }
  return undefined;
}

/**
 * What a mail counts against. A browser that is the person's own has counters of its own, which no stranger can fill: whatever others ask for
 * about this address or person, it gets its codes. Others share the counters of their network, and those of the day.
 */
function countersOf({ purpose, subject, address }: CodeUse, { ip, ownBrowser }: AskedFrom): Counted {
  const person = hashedId(subject);
  if (ownBrowser !== undefined) {
    const own = [purpose, person, hashedId(ownBrowser)] as const;
    return [
      [KEYS.codesOfOwnBrowser, KEYS.codesOfOwnBrowser.of(...own), PER_OWN_BROWSER],
      [KEYS.dailyCodesOfOwnBrowser, KEYS.dailyCodesOfOwnBrowser.of(...own), PER_OWN_BROWSER_AND_DAY],
    ];
  }
  const hashed = hashedId(foldEmail(address));
  const networks = networksOf(ip);
  const [{ name: network }] = networks;
  return [
    ...networks.map(({ name, perWindow }) => [KEYS.codesOfNetwork, KEYS.codesOfNetwork.of(name), perWindow] as const),
    [KEYS.codesOfPerson, KEYS.codesOfPerson.of(purpose, person, network), PER_PERSON],
    [KEYS.codesToAddress, KEYS.codesToAddress.of(purpose, hashed, network), PER_ADDRESS],
    [KEYS.dailyCodesToAddress, KEYS.dailyCodesToAddress.of(purpose, hashed), PER_ADDRESS_AND_DAY],
  ];
}
