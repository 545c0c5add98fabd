import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS as KEYS } from '../../ports/ephemeral-keys.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { hasPassword, type PasswordPerson, type People } from '../credentials/people.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { hashedAddress, type RecoveryLink, type WayOutDependencies, wayOut } from './begin-recovery.ts';

/** How many new passwords one link takes: the refusal of a former password must not help to guess it. */
const TRIES = 20;

interface RecoveryDependencies extends WayOutDependencies {
  readonly people: People;
  readonly signIn: Pick<SignIn, 'changePassword'>;
  readonly ephemeral: Ephemeral;
  readonly random: Random;
}

export interface OpenRecovery {
  readonly person: PasswordPerson;
  /** Whether a second factor must be shown before the new password is chosen (S29). */
  readonly needsFactor: boolean;
}

/** `closed`: the link was used, has expired or is void. `unproven`: no factor was shown. */
export type Recovered = { readonly outcome: 'recovered' | 'closed' | 'unproven'; readonly person?: PasswordPerson };

/** What the holder of a recovery link can do. Every link that cannot be used is treated alike. */
export interface RecoveryLinks {
  /** Reads only, so that programs which open links in mails change nothing. */
  find(token: string): Promise<OpenRecovery | undefined>;
  /**
   * Call this when the person has shown a second factor. @returns what only that page knows: another person who has the link, too, must not
   * continue where this one stands.
   */
  proven(token: string): Promise<string>;
  /**
   * Sets the new password and ends all logins of the person, and with that the link. Nobody is signed in.
   * @throws {ServiceError} PasswordPolicyViolation; the link still works then.
   */
  finish(token: string, given: { readonly newPassword: string; readonly proof: string }): Promise<Recovered>;
}

export function openRecoveryLinks(deps: RecoveryDependencies): RecoveryLinks {
  const { people, signIn, ephemeral, random } = deps;
  const find = async (token: string): Promise<OpenRecovery | undefined> => {
    const stored = await ephemeral.get(KEYS.recoveryLink.of(hashedId(token)));
    if (stored === undefined) return undefined;
    const { subject, generation, address } = JSON.parse(stored) as RecoveryLink;
    const person = await people.bySubject(subject);
    if (!hasPassword(person) || person.loginGeneration !== generation) return undefined;
    // What would be mailed now: the address, or what the person has to sign in with, may be another one than an hour ago.
    if (hashedAddress(person.email ?? '') !== address || (await wayOut(deps, person)) !== 'link') return undefined;
    return { person, needsFactor: hasFactor(person) };
  };
  const isProven = async (token: string, proof: string): Promise<boolean> =>
    proof !== '' && (await ephemeral.get(KEYS.recoveryProof.of(hashedId(proof)))) === hashedId(token);
  return {
    find,
    async proven(token) {
      const proof = random.bytes(32).toString('base64url');
      const { of, lifetime } = KEYS.recoveryProof;
      await ephemeral.set(of(hashedId(proof)), hashedId(token), lifetime);
      return proof;
    },
    async finish(token, { newPassword, proof }) {
      const open = await find(token);
      if (open === undefined) return { outcome: 'closed' };
      const { person, needsFactor } = open;
      if (needsFactor && !(await isProven(token, proof))) return { outcome: 'unproven', person };
      const tries = KEYS.recoveryTries;
      if ((await ephemeral.increment(tries.of(hashedId(token)), 1, tries.lifetime)) > TRIES)
        return { outcome: 'closed', person };
      // One conditional write: it fails if the logins have ended since, as by another use of this link.
      const changed = await signIn.changePassword(person, newPassword);
      await ephemeral.delete([KEYS.recoveryLink.of(hashedId(token)), KEYS.recoveryProof.of(hashedId(proof))]);
      return { outcome: 'recovered', person: { ...person, ...changed, password: person.password } };
    },
  };
}
