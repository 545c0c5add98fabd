import type { Client } from 'oidc-provider';
import { ACCOUNT_PATH, OWN_CLIENT_ID } from '../own-client.ts';

/**
 * Where an app starts, for people who have to return to it: the URL that starts sign-ins (OpenID Connect Core 1.0 §4), its home page, or
 * the root of its registered origin. All of these are registered, so the link cannot lead elsewhere.
 * @returns `undefined` if none is known, for example for a native app.
 */
export function startOf(client: Client, issuer: string): string | undefined {
  if (client.clientId === OWN_CLIENT_ID) return ACCOUNT_PATH;
  const { initiateLoginUri, clientUri, applicationType, redirectUris } = client;
  if (typeof initiateLoginUri === 'string') {
    const start = new URL(initiateLoginUri);
    start.searchParams.set('iss', issuer);
    return start.href;
  }
  if (clientUri !== undefined) return clientUri;
  const [redirectUri] = redirectUris ?? [];
  return applicationType === 'native' || redirectUri === undefined ? undefined : new URL('/', redirectUri).href;
}
