import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { OidcSettings } from '../../../identity/documents/connectors/oidc-settings.ts';

/** The settings of an OpenID Connect provider, without the sealed secret. */
export type OpenOidcSettings = OpenSettings<OidcSettings>;
