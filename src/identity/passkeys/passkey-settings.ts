import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import type { KeyRing } from '../../keys/key-ring.ts';
import { type Challenges, type ChallengesDependencies, openChallenges } from './challenges.ts';

/** Where passkeys of this server are valid, and what their ceremonies work with. */
export interface PasskeySettings {
  /** The origin of the public URL. Requests have no say in it. */
  readonly origin: string;
  /** The host name of the public URL; `undefined` if it is an address, for which browsers make no passkeys. */
  readonly rpId: string | undefined;
  readonly challenges: Challenges;
  /** The handle of a person: 32 bytes, derived from the person's id, of which they tell authenticators nothing. */
  userHandleOf(subject: string): Buffer;
  /** Called with `ok`, or the check that failed, for each answer of an authenticator. */
  observe(outcome: string): void;
}

interface PasskeyDependencies extends Omit<ChallengesDependencies, 'secret'> {
  readonly publicUrl: string;
  readonly keyRing: Pick<KeyRing, 'secret'>;
  readonly observe: PasskeySettings['observe'];
}

export function openPasskeys({ publicUrl, keyRing, observe, ...deps }: PasskeyDependencies): PasskeySettings {
  const { origin, hostname } = new URL(publicUrl);
  const handleSecret = keyRing.secret('passkey-user-handles');
  return {
    origin,
    observe,
    rpId: isAddress(hostname) ? undefined : hostname,
    challenges: openChallenges({ ...deps, secret: keyRing.secret('passkey-challenges') }),
    userHandleOf: (subject) => createHmac('sha256', handleSecret).update(subject).digest(),
  };
}

/** Whether browsers make passkeys for pages at this URL: over HTTPS or on this machine, and at a host name. */
export function canHavePasskeys(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  if (isAddress(hostname)) return false;
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}
