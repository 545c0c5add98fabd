import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { OAuth2Settings } from '../../../identity/documents/connectors/oauth2-settings.ts';

/** The settings of an OAuth 2 provider, without the sealed secret. */
export type OpenOAuth2Settings = OpenSettings<OAuth2Settings>;
