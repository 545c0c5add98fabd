import type { Sealer } from '../../../keys/key-ring.ts';
import type { Application } from '../../documents/application.ts';
import type { SealedClientSecret } from '../../documents/applications/oidc-application.ts';

/** A client secret that is accepted until `expiresAt` (ms since the epoch), if it has one. */
export interface ClientSecret {
  readonly secret: string;
  readonly expiresAt: number | undefined;
}

const boundTo = (clientId: string): string => `oidc-client/${clientId}`;

export function sealedClientSecret(
  sealer: Pick<Sealer, 'seal'>,
  { clientId, secret, createdAt }: { readonly clientId: string; readonly secret: string; readonly createdAt: number },
): SealedClientSecret {
  return { sealed: sealer.seal(Buffer.from(secret), boundTo(clientId)), createdAt };
}

/** The secrets of an application, the current one first. */
export function clientSecretsOf(
  sealer: Pick<Sealer, 'open'>,
  { applicationId, settings }: Pick<Application, 'applicationId' | 'settings'>,
): readonly ClientSecret[] {
  if (settings.protocol !== 'OIDC') return [];
  return settings.secrets.map(({ sealed, expiresAt }) => ({
    secret: sealer.open(sealed, boundTo(applicationId)).toString('utf8'),
    expiresAt,
  }));
}
