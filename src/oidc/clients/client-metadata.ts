import type { ClientMetadata } from 'oidc-provider';
import type { ApplicationSeed } from '../../identity/applications/application-seed.ts';
import type { ApplicationAccess } from '../../identity/applications/may-use.ts';
import type { ClientSecret } from '../../identity/applications/oidc/client-secrets.ts';
import { applicationTypeOf } from '../../identity/applications/oidc/client-uris.ts';
import { withProfile } from '../../identity/applications/oidc/fapi-profile.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';

/** Client metadata that the server itself reads, in addition to oidc-provider's. */
export const OWN_METADATA = [
  'access',
  'resources',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
  'token_exchange',
  'may_act',
  'require_pkce',
  'profile',
  'max_sign_in_age',
  'refresh_token_idle_seconds',
  'refresh_token_max_seconds',
  'former_secret',
  'ended_at',
  'mapped_claims',
  'registration',
] as const;

const NOBODY: ApplicationAccess['assignments'] = { users: [], groups: [] };

/** Who may use a client, and what manages it: the configuration file, if nothing else is said. */
export type ClientAccess = ApplicationAccess & Pick<Application, 'origin'>;

/** What oidc-provider's client is made of. */
export interface ClientSource
  extends Pick<ApplicationSeed, 'accountId' | 'applicationId' | 'openTo' | 'secret'>,
    Partial<Pick<Application, 'assignments' | 'origin' | 'endedAt' | 'registration'>> {
  /** The secret before the current one, until it expires. */
  readonly formerSecret?: ClientSecret | undefined;
  readonly settings: Pick<OidcApplicationSettings, 'resources' | 'claims' | 'metadata'>;
}

/** An OIDC application as oidc-provider takes it. */
export function clientMetadata(source: ClientSource): ClientMetadata {
  const { accountId, applicationId, openTo, assignments = NOBODY, secret, settings, formerSecret, endedAt } = source;
  const { registration } = source;
  const jwks = settings.metadata['jwks'] as ClientMetadata['jwks'];
  const access: ClientAccess = { accountId, openTo, assignments, origin: source.origin ?? 'file' };
  return {
    ...withProfile(settings.metadata),
    // oidc-provider adds the thumbprints of certificates to the keys, which are not ours to change.
    ...(jwks !== undefined && { jwks: { ...jwks, keys: jwks.keys.map((key) => ({ ...key })) } }),
    application_type: applicationTypeOf(settings.metadata),
    client_id: applicationId,
    ...(secret !== undefined && { client_secret: secret }),
    ...(formerSecret !== undefined && { former_secret: formerSecret }),
    ...(endedAt !== undefined && { ended_at: endedAt }),
    ...(registration !== undefined && { registration, client_id_issued_at: registration.issuedAt }),
    access,
    resources: [...settings.resources],
    ...(settings.claims !== undefined && { mapped_claims: settings.claims }),
  };
}
