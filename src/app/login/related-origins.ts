import { rpIdOf } from '../../identity/passkeys/passkey-settings.ts';
import { RELATED_ORIGINS_PATH, relatedOriginsFile } from '../../identity/passkeys/related-origins.ts';
import type { Settings } from '../settings/settings.ts';

type Where = Pick<Settings, 'server' | 'signIn'>;

/** The file by which browsers learn who else may use the passkeys; none if nobody else may. */
export function relatedOriginFiles({ signIn: { passkeyOrigins } }: Where): ReadonlyMap<string, () => string> {
  if (passkeyOrigins.length === 0) return new Map();
  return new Map([[RELATED_ORIGINS_PATH, () => relatedOriginsFile(passkeyOrigins)]]);
}

/** The URLs whose hosts are this server's own. Browsers ask for related origins at the host that the passkeys are bound to. */
export function ownUrls({ server: { publicUrl, mtlsUrl }, signIn }: Where): readonly string[] {
  const rpId = signIn.passkeyOrigins.length === 0 ? undefined : rpIdOf(publicUrl, signIn.passkeyRpId);
  return [publicUrl, mtlsUrl ?? publicUrl, ...(rpId === undefined ? [] : [`https://${rpId}`])];
}
