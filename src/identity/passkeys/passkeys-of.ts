import type { HeldCredentials, PasskeyFactor } from '../credentials/credential-holder.ts';

/** A person's passkeys that can be used at a site. Those of a former host name cannot, but are valid again if the server moves back. */
export function passkeysOf({ factors }: Pick<HeldCredentials, 'factors'>, rpId: string): readonly PasskeyFactor[] {
  return factors.filter((factor): factor is PasskeyFactor => factor.kind === 'passkey' && factor.rpId === rpId);
}
