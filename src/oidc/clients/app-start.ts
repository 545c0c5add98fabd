import type { Client } from 'oidc-provider';
import { clientStart } from '../../identity/applications/oidc/client-start.ts';
import { ACCOUNT_PATH, OWN_CLIENT_ID } from '../own-client.ts';

/** Where an app starts, for people who have to return to it. */
export function startOf(client: Client, issuer: string): string | undefined {
  return client.clientId === OWN_CLIENT_ID ? ACCOUNT_PATH : clientStart(client, issuer);
}
