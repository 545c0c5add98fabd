import { createHash, timingSafeEqual } from 'node:crypto';
import { changeCredentials } from '../credentials/change-credentials.ts';
import { type CredentialHolder, hasFactor } from '../credentials/credential-holder.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { requireSameLogin } from './require-same-login.ts';

export const RECOVERY_CODES = 10;
/** 60 bits: the hashes are also sealed, and guesses are limited like those of codes. */
const LENGTH = 12;
const GROUP = 4;
/** Crockford's base 32, which has no letters that look like digits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MISREAD: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

function newCode({ random }: Pick<MfaDependencies, 'random'>): string {
  return [...random.bytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join('');
}

/** A code as stored: in capitals, without separators, letters taken for the digits they look like. */
function normalized(typed: string): string | undefined {
  const code = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (letter) => MISREAD[letter] ?? letter);
  return code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character)) ? code : undefined;
}

function grouped(code: string): string {
  return (code.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

const hashOf = (code: string, { subject }: CredentialHolder): Buffer =>
  createHash('sha256').update(`${subject}\n${code}`).digest();
const boundTo = ({ subject }: CredentialHolder): string => `recovery-codes/${subject}`;

class NoFactorError extends Error {}

/**
 * Replaces a person's recovery codes. Ends no logins.
 * @returns the codes, which leave the server only here; `undefined` if the person is gone, or has no factor that a code could stand in for.
 * @throws {ServiceError} AccessDenied if all logins ended meanwhile.
 */
export async function makeRecoveryCodes(
  deps: Pick<MfaDependencies, 'store' | 'sealer' | 'random'>,
  holder: CredentialHolder,
  now: number,
): Promise<readonly string[] | undefined> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => newCode(deps));
  const sealedHashes = codes.map((code) => deps.sealer.seal(hashOf(code, holder), boundTo(holder)));
  try {
    const changed = await changeCredentials(deps.store, holder, (old) => {
      requireSameLogin(old, holder);
      if (!hasFactor(old)) throw new NoFactorError();
      return { ...old, recoveryCodes: { sealedHashes, createdAt: now } };
    });
    return changed && codes.map(grouped);
  } catch (error) {
    if (error instanceof NoFactorError) return undefined;
    throw error;
  }
}

class UsedCodeError extends Error {}

/**
 * Uses up one of a person's recovery codes. Callers must limit attempts.
 * @returns how many are left; `undefined` if this is none of them, or not any more.
 */
export async function takeRecoveryCode(
  { store, sealer }: Pick<MfaDependencies, 'store' | 'sealer'>,
  { holder, code: typed, now }: { readonly holder: CredentialHolder; readonly code: string; readonly now: number },
): Promise<number | undefined> {
  const code = normalized(typed);
  if (code === undefined || holder.recoveryCodes === undefined) return undefined;
  const hash = hashOf(code, holder);
  const same = (sealed: string): boolean => timingSafeEqual(sealer.open(sealed, boundTo(holder)), hash);
  // All are compared, so that the time does not tell which one it was.
  const [found] = holder.recoveryCodes.sealedHashes.filter(same);
  if (found === undefined) return undefined;
  try {
    const changed = await changeCredentials(store, holder, (old) => {
      const { recoveryCodes } = old;
      // Of several uses at the same moment, one succeeds.
      if (recoveryCodes === undefined || !recoveryCodes.sealedHashes.includes(found)) throw new UsedCodeError();
      const sealedHashes = recoveryCodes.sealedHashes.filter((each) => each !== found);
      return { ...old, recoveryCodes: { ...recoveryCodes, sealedHashes, lastUsedAt: now } };
    });
    return changed?.recoveryCodes?.sealedHashes.length;
  } catch (error) {
    if (error instanceof UsedCodeError) return undefined;
    throw error;
  }
}
