import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { getPublicSuffix } from 'tldts';
import type { KeyRing } from '../../keys/key-ring.ts';
import { type Challenges, type ChallengesDependencies, openChallenges } from './challenges.ts';

/** Where passkeys of this server are valid, and what their ceremonies work with. */
export interface PasskeySettings {
  /**
   * Where passkeys may be made and shown: the origin of the public URL, and the related ones that the operator lists. Requests have no say
   * in them.
   */
  readonly origins: readonly string[];
  /**
   * The host name that passkeys are bound to: the configured one, or that of the public URL; `undefined` if the public URL has an address,
   * for which browsers make no passkeys.
   */
  readonly rpId: string | undefined;
  readonly challenges: Challenges;
  /** The handle of a person: 32 bytes, derived from the person's id, of which they tell authenticators nothing. */
  userHandleOf(subject: string): Buffer;
  /** Called with `ok`, or the check that failed, for each answer of an authenticator. */
  observe(outcome: string): void;
}

interface PasskeyDependencies extends Omit<ChallengesDependencies, 'secret'> {
  readonly publicUrl: string;
  /** Default: the host of the public URL. */
  readonly rpId?: string | undefined;
  /** Other origins that may use the passkeys of the RP ID. Default: none. */
  readonly relatedOrigins?: readonly string[] | undefined;
  readonly keyRing: Pick<KeyRing, 'secret'>;
  readonly observe: PasskeySettings['observe'];
}

/** [URL §3.2] Suffixes of hosting companies, such as `github.io`, are public ones, too. */
const AS_BROWSERS = { allowPrivateDomains: true };

export function openPasskeys(options: PasskeyDependencies): PasskeySettings {
  const { publicUrl, rpId, relatedOrigins = [], keyRing, observe, ...deps } = options;
  const handleSecret = keyRing.secret('passkey-user-handles');
  return {
    origins: [...new Set([new URL(publicUrl).origin, ...relatedOrigins])],
    observe,
    rpId: rpIdOf(publicUrl, rpId),
    challenges: openChallenges({ ...deps, secret: keyRing.secret('passkey-challenges') }),
    userHandleOf: (subject) => createHmac('sha256', handleSecret).update(subject).digest(),
  };
}

/** The RP ID of a server at this URL. `undefined`: it can have none. */
export function rpIdOf(publicUrl: string, configured: string | undefined): string | undefined {
  const { hostname } = new URL(publicUrl);
  return isAddress(hostname) ? undefined : (configured ?? hostname);
}

/**
 * Why an RP ID cannot be used by pages at this URL (WebAuthn Level 3 §5.1.3: it must equal the host, or be a suffix of it that is no public
 * suffix such as `co.uk`, or list the origin as a related one, §5.11).
 */
export function rpIdFault(publicUrl: string, rpId: string, relatedOrigins: readonly string[] = []): string | undefined {
  const { hostname, origin } = new URL(publicUrl);
  if (isAddress(hostname))
    return 'must not be set while the host of the public URL is an IP address: it has no passkeys';
  const [, ...parents] = hostname.split('.').map((_, i, labels) => labels.slice(i).join('.'));
  const allowed = [hostname, ...parents.filter((parent) => getPublicSuffix(parent, AS_BROWSERS) !== parent)];
  if (allowed.includes(rpId) || relatedOrigins.includes(origin)) return undefined;
  return `must be the host of the public URL or a domain that contains it: ${allowed.join(' or ')}. To use the passkeys of another domain here, list ${origin} in signIn.passkeyOrigins`;
}

/** Whether browsers make passkeys for pages at this URL: over HTTPS or on this machine, and at a host name. */
export function canHavePasskeys(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  if (isAddress(hostname)) return false;
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
}

/** Whether a host, as in a URL, is an IP address. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}
