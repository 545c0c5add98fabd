import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type CredentialHolder, hasFactor } from '../credentials/credential-holder.ts';
import { isOwnBrowser } from './own-browsers.ts';

/**
 * Why a person may, or may not yet, add a way to sign in.
 * - `has-factor`: a stolen password alone did not lead here.
 * - `own-browser`: see {@link isOwnBrowser}.
 * - `no-mail-server`, `no-proven-address`: nobody can be asked for a code, so the password has to do.
 * - `unconfirmed`: a code that is mailed to the proven address must be shown first.
 */
export type BrowserStanding = 'has-factor' | 'own-browser' | 'no-mail-server' | 'no-proven-address' | 'unconfirmed';

interface StandingDependencies {
  readonly ephemeral: Pick<Ephemeral, 'get'>;
  /** Whether mail can be sent. */
  readonly hasMailer: boolean;
}

/** Who adds a way to sign in, and where. */
export interface AddingPerson {
  readonly person: Pick<CredentialHolder, 'subject' | 'factors' | 'email' | 'isEmailVerified'>;
  /** How this sign-in was done (RFC 8176). A provider's second factor counts if the connector trusts it. */
  readonly amr: readonly string[];
  /** The id that the browser keeps; `undefined` if it has none. */
  readonly device: string | undefined;
}

/** Whether the first way to sign in beside a password may be added in a browser. */
export async function browserStanding(
  { ephemeral, hasMailer }: StandingDependencies,
  { person, amr, device }: AddingPerson,
  now: number,
): Promise<BrowserStanding> {
  if (hasFactor(person) || amr.includes('mfa')) return 'has-factor';
  const { subject, email, isEmailVerified } = person;
  if (device !== undefined && (await isOwnBrowser(ephemeral, { subject, device }, now))) return 'own-browser';
  if (!hasMailer) return 'no-mail-server';
  return email !== undefined && isEmailVerified ? 'unconfirmed' : 'no-proven-address';
}
