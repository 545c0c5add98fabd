import { z } from 'zod';
import { clientResourceShape } from './clients/client.ts';
import type { ClientSeed } from './clients/open-clients.ts';

/** A client in the configuration file, in the spelling of OpenID Connect Dynamic Client Registration 1.0 §2. */
const clientSettingsShape = z
  .strictObject({
    client_id: z.string().min(1).max(255),
    client_secret: z.string().min(16).optional(),
    client_name: z.string().min(1).optional(),
    application_type: z.enum(['web', 'native']).optional(),
    redirect_uris: z.array(z.string()).default([]),
    post_logout_redirect_uris: z.array(z.string()).optional(),
    grant_types: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials'])).optional(),
    response_types: z.array(z.literal('code')).optional(),
    token_endpoint_auth_method: z.enum(['private_key_jwt', 'client_secret_basic', 'none']).optional(),
    token_endpoint_auth_signing_alg: z.string().optional(),
    jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
    jwks_uri: z.url().optional(),
    scope: z.string().optional(),
    subject_type: z.enum(['public', 'pairwise']).optional(),
    sector_identifier_uri: z.url().optional(),
    id_token_signed_response_alg: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).optional(),
    require_pushed_authorization_requests: z.boolean().optional(),
    dpop_bound_access_tokens: z.boolean().optional(),
    default_max_age: z.int().positive().optional(),
    require_auth_time: z.boolean().optional(),
    backchannel_logout_uri: z.url().optional(),
    backchannel_logout_session_required: z.boolean().optional(),
    client_uri: z.url().optional(),
    logo_uri: z.url().optional(),
    policy_uri: z.url().optional(),
    tos_uri: z.url().optional(),
    contacts: z.array(z.string()).optional(),
    /** Default: the first account. */
    account_id: z
      .string()
      .regex(/^\d{12}$/, 'must have 12 digits')
      .optional(),
    /** Whose people may sign in: those of the client's own account (default), or of every account. */
    open_to: z.enum(['account', 'everyone']).optional(),
    /** Services that it may ask access tokens for, and the scopes there. */
    resources: z.array(clientResourceShape).optional(),
  })
  .refine(
    (client) =>
      client.client_secret !== undefined ||
      ['private_key_jwt', 'none'].includes(client.token_endpoint_auth_method ?? ''),
    { message: 'is needed unless token_endpoint_auth_method is private_key_jwt or none', path: ['client_secret'] },
  );

/** What may be told of OpenID Connect. */
export const oidcSettingsShape = z.strictObject({
  clients: z.array(clientSettingsShape).default([]).describe('The apps that sign people in here (below).'),
  allowPrivateNetworks: z
    .boolean()
    .default(false)
    .describe('Lets apps’ keys be fetched from, and sign-outs be told to, addresses in private networks.'),
  sessions: z
    .strictObject({
      idleSeconds: z.int().min(60).default(3600).describe('Seconds without use after which a session ends.'),
      absoluteSeconds: z
        .int()
        .min(60)
        .default(24 * 3600)
        .describe('Seconds after the sign-in at which a session ends in any case.'),
    })
    .prefault({}),
});
export type OidcSettings = z.output<typeof oidcSettingsShape>;

/** The clients of the configuration file as they are put in. @param accountId of those that name none. */
export function clientSeeds(settings: OidcSettings, accountId: string): readonly ClientSeed[] {
  return settings.clients.map((client) => {
    const { client_id, client_secret, account_id, open_to, resources, ...metadata } = client;
    return {
      accountId: account_id ?? accountId,
      clientId: client_id,
      clientSecret: client_secret,
      openTo: open_to,
      resources,
      metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
    };
  });
}
