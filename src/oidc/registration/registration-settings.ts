import type { Client } from 'oidc-provider';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import type { Registration } from '../../identity/documents/applications/registration.ts';

/** Who may register applications, and what these may have (`oidc.registration`). */
export interface RegistrationSettings {
  /** `tokens`: with an initial access token of an administrator; `open`: also without one. */
  readonly mode: 'off' | 'tokens' | 'open';
  readonly scopes: readonly string[];
  /** Schemes of redirect URIs that are accepted without a dot. Default: none. */
  readonly schemes?: readonly string[] | undefined;
  /** The services for which they may request access tokens. */
  readonly resources: OidcApplicationSettings['resources'];
  /** Whether clients with a secret or key need PKCE, too. */
  readonly requirePkce: boolean;
  readonly unusedDays: number;
  readonly open: {
    /** The account that they belong to. Default: the first account. */
    readonly account?: string | undefined;
    readonly openTo: 'account' | 'everyone';
    readonly neverUsedHours: number;
    readonly perNetworkPerHour: number;
    readonly mostApplications: number;
  };
}

export const NO_REGISTRATION: RegistrationSettings = {
  mode: 'off',
  scopes: [],
  resources: [],
  requirePkce: true,
  unusedDays: 30,
  open: { openTo: 'account', neverUsedHours: 24, perNetworkPerHour: 60, mostApplications: 10_000 },
};

/** The metadata of a client that registered itself, as they apply now: the settings may have been narrowed since. */
export function limitedMetadata(
  metadata: Readonly<Record<string, unknown>>,
  { scopes, requirePkce }: RegistrationSettings,
): Readonly<Record<string, unknown>> {
  const had = typeof metadata['scope'] === 'string' ? metadata['scope'].split(' ') : [];
  return {
    ...metadata,
    // Without any, the library would allow all.
    scope: scopes.filter((scope) => had.includes(scope)).join(' ') || 'openid',
    ...(!requirePkce && metadata['token_endpoint_auth_method'] !== 'none' && { require_pkce: false }),
  };
}

/** How a client registered itself; `undefined` for one that an administrator is responsible for. */
export function registrationOf(client: Client | undefined): Registration | undefined {
  return client?.['registration'] as Registration | undefined;
}
