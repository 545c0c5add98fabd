import type { Client } from 'oidc-provider';
import { isOfferedToEveryone } from '../../identity/applications/may-use.ts';
import { clientStart } from '../../identity/applications/oidc/client-start.ts';
import { ACCOUNT_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { registrationOf } from '../registration/registration-settings.ts';
import type { ClientAccess } from './client-metadata.ts';

/** Where an app starts, for people whom it sent here and who have to return to it. */
export function registeredStart(client: Client, issuer: string): string | undefined {
  // Strangers must not place links of their choice on our pages.
  if (registrationOf(client) !== undefined) return undefined;
  return client.clientId === OWN_CLIENT_ID ? ACCOUNT_PATH : clientStart(client, issuer);
}

/**
 * Where an app starts, for people of an account whom a page of ours sends there. The author of a link to that page chooses the app, so it must
 * be one that the page may lead them to.
 * @returns `undefined` for an app of another account that the API opened to everyone.
 */
export function startOf(
  client: Client,
  { issuer, accountId }: { readonly issuer: string; readonly accountId: string },
): string | undefined {
  const access = client['access'] as ClientAccess | undefined;
  const isOfOther = access?.openTo === 'everyone' && access.accountId !== accountId;
  return isOfOther && !isOfferedToEveryone(access) ? undefined : registeredStart(client, issuer);
}
