import type Provider from 'oidc-provider';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { TokenExchangeSettings } from '../../identity/applications/oidc/exchange-settings.ts';
import { accountOfClient } from '../client-access.ts';
import type { PresentedToken } from './presented-token.ts';
import type { Refusals } from './refusals.ts';

/** What a client may exchange, from its metadata. */
export function exchangeSettingsOf(client: Client): TokenExchangeSettings {
  return (client['token_exchange'] as TokenExchangeSettings | undefined) ?? {};
}

/** Whether both belong to the same account, and so may be named by each other's settings. */
export function isOfSameAccount(client: Client, other: Client | undefined): boolean {
  const accountId = accountOfClient(client);
  return accountId !== undefined && other !== undefined && accountId === accountOfClient(other);
}

/** On whose behalf a client gets a token. */
export interface Permission {
  /** Whether the token was issued to the client itself. */
  readonly isOwn: boolean;
  /** Whether the client acts for the subject, and the token says so. */
  readonly isDelegated: boolean;
  /** Whether only the settings of the client permit it. */
  readonly isByPair: boolean;
}

/** Whether a client's settings name another of its account, whose tokens it may exchange then. */
export async function permittedPair(
  provider: Provider,
  client: Client,
  clientId: string,
): Promise<NonNullable<TokenExchangeSettings['subjects']>[number] | undefined> {
  const pair = exchangeSettingsOf(client).subjects?.find(({ client_id }) => client_id === clientId);
  return pair !== undefined && isOfSameAccount(client, await provider.Client.find(clientId)) ? pair : undefined;
}

/**
 * Whether a client may exchange a token: one that was issued to it or for it, or one of a client that its settings name. A client that got
 * hold of any other token must not be able to use it here (RFC 8693 §5).
 * @throws `invalid_request`
 */
export async function permitExchange(
  ctx: KoaContextWithOIDC,
  token: PresentedToken,
  { name, refuse }: { readonly name: string; readonly refuse: Refusals },
): Promise<Permission> {
  const client = ctx.oidc.client as Client;
  if (token.clientId === client.clientId) return { isOwn: true, isDelegated: false, isByPair: false };
  const isForClient = token.audiences.includes(client.clientId);
  const pair = await permittedPair(ctx.oidc.provider, client, token.clientId);
  if (pair !== undefined) return { isOwn: false, isDelegated: pair.impersonation !== true, isByPair: !isForClient };
  if (isForClient) return { isOwn: false, isDelegated: true, isByPair: false };
  throw refuse.request(
    `${name} was issued to another client, and not for this one: an administrator can permit it (token_exchange.subjects)`,
  );
}

/** The keys that a request proves. */
export interface ProvenKeys {
  /** Of its DPoP proof. */
  readonly thumbprint: string | undefined;
  readonly holdsCertificateOf: (thumbprint: string) => boolean;
}

/**
 * A token that is bound to keys is worth nothing without the proof of each (RFC 9449 §5, RFC 8705 §3). What else may be in `cnf` is not known
 * here, so nothing proves it.
 * @throws `invalid_request`
 */
export function requireProof(
  { confirmation }: PresentedToken,
  { thumbprint, holdsCertificateOf }: ProvenKeys,
  { name, refuse }: { readonly name: string; readonly refuse: Refusals },
): void {
  if (confirmation === undefined) return;
  const { jkt, 'x5t#S256': certificate, ...others } = confirmation;
  if (Object.keys(others).length > 0 || (jkt ?? certificate) === undefined)
    throw refuse.request(`${name} is bound to a key in a way that cannot be proven here`);
  if (jkt !== undefined && (typeof jkt !== 'string' || jkt !== thumbprint))
    throw refuse.request(`${name} is bound to a key, and the request has no DPoP proof by that key`);
  if (certificate !== undefined && (typeof certificate !== 'string' || !holdsCertificateOf(certificate)))
    throw refuse.request(`${name} is bound to a certificate, and the request did not come with that certificate`);
}
