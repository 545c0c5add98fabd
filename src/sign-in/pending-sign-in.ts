import type { HeldPassword, SignInStep } from '../identity/sign-in/sign-in-result.ts';
import { hashedId } from '../keys/hashed-id.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';

/** How far a browser has come in one interaction. Kept here, not in the browser: it says that a password was right. */
export interface PendingSignIn {
  readonly subject: string;
  /** The person's generation of logins when the password was shown. */
  readonly generation: number;
  /** RFC 8176: `pwd`, and `otp` `mfa` once a code was right. */
  readonly amr: readonly string[];
  /** What is still to be done, in this order. */
  readonly steps: readonly SignInStep[];
}

/** Ms; a person who went away between password and code starts over. */
const LIFETIME = 10 * 60_000;

export interface PendingSignIns {
  get(interaction: string): Promise<PendingSignIn | undefined>;
  set(interaction: string, pending: PendingSignIn): Promise<void>;
  forget(interaction: string): Promise<void>;
  hold(interaction: string, held: HeldPassword): Promise<void>;
  /** Takes a held password out: it is good for one code. */
  takeHeld(interaction: string): Promise<HeldPassword | undefined>;
}

export const pendingKey = (interaction: string): string => `oidc/pending-sign-in/${hashedId(interaction)}`;
const heldKey = (interaction: string): string => `oidc/held-sign-in/${hashedId(interaction)}`;

export function openPendingSignIns(ephemeral: Ephemeral): PendingSignIns {
  return {
    async get(interaction) {
      const text = await ephemeral.get(pendingKey(interaction));
      return text === undefined ? undefined : (JSON.parse(text) as PendingSignIn);
    },
    set: (interaction, pending) => ephemeral.set(pendingKey(interaction), JSON.stringify(pending), LIFETIME),
    forget: (interaction) => ephemeral.delete([pendingKey(interaction)]),
    hold: (interaction, held) => ephemeral.set(heldKey(interaction), JSON.stringify(held), LIFETIME),
    async takeHeld(interaction) {
      const text = await ephemeral.take(heldKey(interaction));
      return text === undefined ? undefined : (JSON.parse(text) as HeldPassword);
    },
  };
}
