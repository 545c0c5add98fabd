import type { LoginOrigin } from '../identity/credentials/login-origin.ts';
import type { HeldPassword, SignInStep } from '../identity/sign-in/sign-in-result.ts';
import type { Lacking } from '../identity/sign-in-policy/judge-sign-in.ts';
import { hashedId } from '../keys/hashed-id.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../ports/ephemeral-keys.ts';

/** The progress of a browser in one interaction. Stored on the server, because it says that a password was right. */
export interface PendingSignIn {
  readonly subject: string;
  /** The person's login generation when the password was entered. */
  readonly generation: number;
  /** RFC 8176: `pwd`, plus `otp` and `mfa` after a correct code. */
  readonly amr: readonly string[];
  /** The remaining steps, in order. */
  readonly steps: readonly SignInStep[];
  /** The failures that counted against it when it began; absent for none. */
  readonly failures?: number | undefined;
  /** Whether a recovery code stood in for a factor that the person does not have any more. */
  readonly byRecoveryCode?: boolean | undefined;
  /** What the sign-in policy demands. Absent until it was asked, which it is once. */
  readonly judged?: JudgedProgress | undefined;
  /** The outside login that the sign-in began with, if it did. */
  readonly origin?: LoginOrigin | undefined;
  /** Whether the person added a passkey in this sign-in, which they now show for the first time. */
  readonly addedPasskey?: true | undefined;
  /** Whether a second factor was asked for because the app asks for more than the first one proves. */
  readonly steppedUp?: boolean | undefined;
}

/** What the sign-in policy demanded, for the pages that follow. */
export interface JudgedProgress {
  readonly lacks: Lacking;
  /** The statements that demand it. */
  readonly decidedBy: readonly string[];
}

export interface PendingSignIns {
  get(interaction: string): Promise<PendingSignIn | undefined>;
  set(interaction: string, pending: PendingSignIn): Promise<void>;
  forget(interaction: string): Promise<void>;
  hold(interaction: string, held: HeldPassword): Promise<void>;
  /** Takes a held password, which is valid for one code. */
  takeHeld(interaction: string): Promise<HeldPassword | undefined>;
}

export const pendingKey = (interaction: string): string => EPHEMERAL_KEYS.pendingSignIn.of(hashedId(interaction));
const heldKey = (interaction: string): string => EPHEMERAL_KEYS.heldPassword.of(hashedId(interaction));

export function openPendingSignIns(ephemeral: Ephemeral): PendingSignIns {
  return {
    async get(interaction) {
      const text = await ephemeral.get(pendingKey(interaction));
      return text === undefined ? undefined : (JSON.parse(text) as PendingSignIn);
    },
    set: (interaction, pending) =>
      ephemeral.set(pendingKey(interaction), JSON.stringify(pending), EPHEMERAL_KEYS.pendingSignIn.lifetime),
    forget: (interaction) => ephemeral.delete([pendingKey(interaction)]),
    hold: (interaction, held) =>
      ephemeral.set(heldKey(interaction), JSON.stringify(held), EPHEMERAL_KEYS.heldPassword.lifetime),
    async takeHeld(interaction) {
      const text = await ephemeral.take(heldKey(interaction));
      return text === undefined ? undefined : (JSON.parse(text) as HeldPassword);
    },
  };
}
