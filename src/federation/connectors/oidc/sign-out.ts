import type { Configuration } from 'openid-client';
import { LoginRefused } from '../login-refused.ts';
import type { ProviderSignOut } from '../logout-connector.ts';
import type { Destination } from '../redirect-connector.ts';
import type { ProviderSession } from '../verified-login.ts';
import type { OpenOidcSettings } from './open-settings.ts';

interface Dependencies {
  readonly settings: OpenOidcSettings;
  /** @throws {LoginRefused} */
  readonly provider: () => Promise<Configuration>;
  /** Where the provider sends the browser back to. */
  readonly returnAddress: string;
}

/** What is kept of a login for the sign-out. */
interface KeptSession {
  readonly idToken: string;
}

/** Longer URLs are refused by common servers and proxies, and ID tokens with many groups are long. */
const LONGEST_URL = 4000;

/** What has to be kept of a login, so that the person can be signed out at the provider; `undefined` if the connector does not do that. */
export function sessionToKeep({ signOutAtProvider }: OpenOidcSettings, idToken: string): ProviderSession | undefined {
  return signOutAtProvider === true ? { kept: JSON.stringify({ idToken } satisfies KeptSession) } : undefined;
}

/** Signs people out at an OpenID Connect provider (RP-Initiated Logout 1.0 §2); `undefined` if the connector does not. */
export function oidcSignOut({ settings, provider, returnAddress }: Dependencies): ProviderSignOut | undefined {
  if (settings.signOutAtProvider !== true) return undefined;
  return {
    async begin({ kept }, { state }) {
      const endpoint = settings.endSessionEndpoint ?? (await provider()).serverMetadata().end_session_endpoint;
      if (endpoint === undefined) return undefined;
      requireEndpoint(endpoint, settings.issuer);
      const { idToken } = JSON.parse(kept) as KeptSession;
      return destination(endpoint, {
        id_token_hint: idToken,
        client_id: settings.clientId,
        post_logout_redirect_uri: returnAddress,
        state,
      });
    },
  };
}

/**
 * By GET if possible: the provider's own cookies may be missing from a form that another site posts. Every provider takes both.
 */
function destination(endpoint: string, fields: Readonly<Record<string, string>>): Destination {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href.length <= LONGEST_URL ? { url: url.href } : { post: { action: endpoint, fields } };
}

/** What the provider's metadata name gets an ID token. @throws {LoginRefused} */
export function requireEndpoint(endpoint: unknown, issuer: string): void {
  const scheme = issuer.startsWith('http:') ? /^https?:\/\// : /^https:\/\//;
  if (typeof endpoint === 'string' && URL.canParse(endpoint) && scheme.test(endpoint)) return;
  throw new LoginRefused('metadata', 'end_session_endpoint is not an https URL');
}
