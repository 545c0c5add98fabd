import { hmacSha256 } from '../kernel/hmac.ts';
import type { Random } from '../kernel/random.ts';
import { errorTable, ServiceError } from '../kernel/service-error.ts';
import { decrypt, encrypt } from '../keys/authenticated-encryption.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Verdict } from './authorizer.ts';
import type { RecordLimits } from './cut-text.ts';
import { decodedMessage } from './decoded-message.ts';
import { type DenialExplanation, denialReasons, explainDenial, NO_REASONS } from './denial-reasons.ts';
import { type DenialRecord, denialRecord } from './denial-record.ts';

/** Why a message cannot be decoded. */
export const MESSAGE_ERRORS = errorTable({ InvalidAuthorizationMessageException: { status: 400 } });

/** Encoded messages attached to denials. The denied caller cannot read them; callers in the same account who may decode them can. */
export interface AuthorizationMessages {
  /** The message for a denial; `undefined` if even its shortest form is too long. */
  encode(verdict: Verdict): string | undefined;
  /**
   * Decodes a message into JSON in AWS's shape.
   * @throws {ServiceError} InvalidAuthorizationMessageException if it is invalid, was modified, or belongs to another
   * account.
   */
  decode(message: string, accountId: string): string;
}

interface Dependencies {
  readonly keyRing: Pick<KeyRing, 'secret'>;
  readonly random: Random;
  /** Monotonic time in milliseconds, from an arbitrary start. */
  readonly elapsed: () => number;
}

/** Limits for a record, tried in turn until it fits: a message has at most 10,240 characters (STS API). */
const LIMITS: readonly RecordLimits[] = [
  { text: 1024, list: 50, near: 5, keys: 200 },
  { text: 128, list: 10, near: 3, keys: 60 },
  { text: 48, list: 3, near: 1, keys: 30 },
  { text: 48, list: 3, near: 0, keys: 0 },
];
/** Message sizes are rounded up, so that the length reveals little about the content. 7 steps and the encryption take 9,604 characters. */
const STEP_BYTES = 1024;
const MAX_STEPS = 7;
const VERSION = 1;
const SALT_BYTES = 16;
/**
 * How many milliseconds of each second a process may spend on explaining denials in depth. Beyond that, messages
 * leave out the reasons, so that callers who provoke denials cannot overload the server. The cost of one explanation
 * varies widely.
 */
const EXPLAINING_PER_SECOND = 50;
const PURPOSE = 'encoded authorization messages';

/**
 * Messages are self-contained; nothing is stored. Each is encrypted (AES-256-GCM) with its own key, derived from a
 * secret of the installation that is never rotated, the caller's account and a salt, so the number of messages is
 * unlimited.
 */
export function authorizationMessages({ keyRing, random, elapsed }: Dependencies): AuthorizationMessages {
  const explainWithin = timeBudget(EXPLAINING_PER_SECOND, elapsed);
  const secret = hmacSha256(keyRing.secret(PURPOSE));
  const keyOf = (salt: Buffer, accountId: string): Buffer =>
    Buffer.from(secret.digest(`${salt.toString('hex')} ${accountId}`, 'base64'), 'base64');

  return {
    encode(verdict) {
      const plain = fittingRecord(
        verdict,
        explainWithin(() => explainDenial(verdict)),
      );
      if (plain === undefined) return undefined;
      const { accountId } = verdict.request.principal;
      const salt = random.bytes(SALT_BYTES);
      const sealed = encrypt(plain, { key: keyOf(salt, accountId), context: PURPOSE }, random);
      return Buffer.concat([Buffer.of(VERSION), salt, sealed]).toString('base64url');
    },

    decode(message, accountId) {
      const bytes = Buffer.from(message, 'base64url');
      if (bytes[0] !== VERSION || bytes.toString('base64url') !== message) throw invalidMessage();
      const salt = bytes.subarray(1, 1 + SALT_BYTES);
      try {
        const key = keyOf(salt, accountId);
        const plain = decrypt(bytes.subarray(1 + SALT_BYTES), { key, context: PURPOSE });
        return decodedMessage(JSON.parse(plain.toString('utf8')) as DenialRecord);
      } catch (error) {
        throw invalidMessage(error);
      }
    },
  };
}

function fittingRecord(verdict: Verdict, explanation: DenialExplanation | undefined): Buffer | undefined {
  for (const limits of LIMITS) {
    const reasons = explanation ? denialReasons(explanation, verdict, limits) : NO_REASONS;
    const text = JSON.stringify(denialRecord(verdict, reasons, limits));
    const steps = Math.ceil(Buffer.byteLength(text) / STEP_BYTES);
    // JSON ignores trailing white space
    if (steps <= MAX_STEPS) return Buffer.alloc(steps * STEP_BYTES, ' ').fill(text, 0, Buffer.byteLength(text));
  }
  return undefined;
}

/** Runs work only while it has used less than `perSecond` ms per second. Work that overruns its budget delays later work. */
function timeBudget(perSecond: number, elapsed: () => number) {
  let left = perSecond;
  let paidUntil = elapsed();
  return <Result>(work: () => Result): Result | undefined => {
    const started = elapsed();
    left = Math.min(perSecond, left + ((started - paidUntil) / 1000) * perSecond);
    paidUntil = started;
    if (left <= 0) return undefined;
    const result = work();
    left -= elapsed() - started;
    return result;
  };
}

function invalidMessage(cause?: unknown): ServiceError {
  return new ServiceError(MESSAGE_ERRORS.InvalidAuthorizationMessageException, 'Message is not valid', { cause });
}
