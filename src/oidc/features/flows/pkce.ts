import type { Client, Configuration } from 'oidc-provider';
import { isOnFapiProfile } from '../fapi/fapi-profile.ts';

/** Codes need PKCE (S256) unless a confidential client is registered without it (RFC 9700 §2.1.1). */
export function pkce(): Configuration {
  return { pkce: { required: (_ctx, client) => !mayLeaveOut(client) } };
}

/**
 * Whether a client may send requests without a challenge. A `nonce` is not required instead: OpenID Connect Core 1.0 §3.1.2.1 makes it
 * optional in the code flow, and only the client can check it. The settings refuse `false` for public clients and the FAPI profile; this
 * check covers clients that were stored in other ways.
 */
function mayLeaveOut(client: Client): boolean {
  return client['require_pkce'] === false && client.clientAuthMethod !== 'none' && !isOnFapiProfile(client);
}
