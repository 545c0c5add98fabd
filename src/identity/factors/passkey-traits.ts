import type { PasskeyFactor } from '../credentials/credential-holder.ts';
import type { FactorTraits } from './factor-kind.ts';

interface PasskeyTraits extends FactorTraits<PasskeyFactor> {
  /** What showing it adds to `amr` (RFC 8176), besides `mfa`. @param isUserVerified whether the authenticator checked a PIN or a finger. */
  amrOf(factor: Pick<PasskeyFactor, 'isSynced'>, isUserVerified: boolean): readonly string[];
}

/** A passkey or security key. Its ceremonies are in `identity/passkeys`. */
export const passkeyTraits: PasskeyTraits = {
  kind: 'passkey',
  isPhishingResistant: true,
  amrOf: ({ isSynced }, isUserVerified) => [isSynced ? 'swk' : 'hwk', ...(isUserVerified ? ['user'] : [])],
};
