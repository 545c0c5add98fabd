import type { CredentialHolder, HeldCredentials, PasskeyFactor } from '../credentials/credential-holder.ts';

/** A person's passkeys that can be used at a site. Those of a former host name cannot, but are valid again if the server moves back. */
export function passkeysOf({ factors }: Pick<HeldCredentials, 'factors'>, rpId: string): readonly PasskeyFactor[] {
  return factors.filter((factor): factor is PasskeyFactor => factor.kind === 'passkey' && factor.rpId === rpId);
}

/** How browsers and authenticators name the owner of a passkey: one person may have passkeys of several accounts. */
export function namesInPasskeys(holder: Pick<CredentialHolder, 'userName' | 'email' | 'accountId' | 'displayName'>): {
  readonly name: string;
  readonly displayName: string;
} {
  return {
    name: `${holder.userName ?? holder.email ?? 'root'} (${holder.accountId})`,
    displayName: holder.displayName ?? holder.userName ?? 'Root user',
  };
}
