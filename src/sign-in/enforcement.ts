import type { Person } from '../identity/credentials/people.ts';
import type { MfaDependencies } from '../identity/factors/mfa-dependencies.ts';
import type { PasskeySettings } from '../identity/passkeys/passkey-settings.ts';
import type { SignInJudge } from '../identity/sign-in-policy/judge-sign-in.ts';
import type { BrowserChecks } from './confirm-browser/confirm-browser.ts';
import type { RequestFacts } from './events/sign-in-events.ts';

/** Who adds a factor during a sign-in. */
export interface EnrollingPerson {
  /** The sign-in. */
  readonly id: string;
  /** When the request came in, ms since the epoch. */
  readonly begun: number;
  readonly source: RequestFacts;
  readonly person: Person;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** Whether they accept an invitation, and so have no way to sign in yet. Default: no. */
  readonly isInvited?: boolean;
}

/** What sign-ins are judged with, and what lets people meet the demands. */
export interface SignInEnforcement {
  readonly judge: SignInJudge;
  readonly passkeys: PasskeySettings;
  readonly factors: MfaDependencies;
  readonly browsers: BrowserChecks;
  /** Whether policies let the person add a factor of their own. */
  mayEnrol(who: EnrollingPerson): Promise<boolean>;
  /** Defers a write that nothing depends on, so that it is batched with others. */
  later(write: () => Promise<void>): Promise<void>;
}
