import * as z from 'zod';
import type { ClientSeed } from '../identity/applications/client-seed.ts';
import { storedClaims } from '../identity/applications/oidc/claim-settings.ts';
import { signsPeopleIn } from '../identity/applications/oidc/client-flows.ts';
import { clientListShape } from '../identity/applications/oidc/client-settings.ts';
import { resourceAddress } from '../identity/applications/oidc/client-uris.ts';
import { DEFAULT_OWN_ATTRIBUTES, PROFILE_ATTRIBUTES } from '../identity/documents/users/profile.ts';
import { detailTypeShape } from './authorization-details/type-settings.ts';
import { REFRESH_LIFETIME } from './features/refresh.ts';

/** A scope that apps may have that no administrator registered. */
const strangersScope = () => z.enum(['openid', 'offline_access', 'profile', 'email', 'phone', 'address', 'groups']);

const strangersSchemes = () =>
  z
    .array(z.string().regex(/^[a-z][a-z\d+-]*$/, 'must be a scheme, such as cursor'))
    .max(50)
    .optional()
    .describe(
      'Schemes of redirect URIs that they may use although they are no domain name in reverse order, such as `cursor` and `vscode`. Default: none.',
    );

const strangersResources = () =>
  z
    .array(
      z.strictObject({
        resource: resourceAddress().describe('Its address.'),
        scopes: z.array(z.string()).describe('The scopes.'),
      }),
    )
    .default([])
    .describe('The services for which they may request access tokens (RFC 8707), such as MCP servers.');

/** The settings of the OpenID Connect provider. */
export const oidcSettingsShape = z.strictObject({
  clients: clientListShape.default([]).describe('The apps whose users sign in here (see below).'),
  allowPrivateNetworks: z
    .boolean()
    .default(false)
    .describe(
      'Whether apps (their key sets and sign-out notification URLs), outside providers and token issuers may be at addresses in private networks and on this machine; providers then also over `http://`. For development, or a closed network.',
    ),
  frontChannelTokens: z
    .boolean()
    .default(false)
    .describe(
      'Whether apps may be registered for response types that put an access token into the browser (`code token`, `id_token token`, `code id_token token`), from where it can leak (RFC 9700 §2.1.2). For apps that know no other flow.',
    ),
  sessions: z
    .strictObject({
      idleSeconds: z.int().min(60).default(3600).describe('Seconds of inactivity after which a session ends.'),
      absoluteSeconds: z
        .int()
        .min(60)
        .default(24 * 3600)
        .describe('Seconds after the sign-in at which a session ends even if it is in use.'),
    })
    .prefault({}),
  clientIdMetadataDocuments: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Whether apps that nobody registered may sign people in, by an `https` address as their client id.'),
      hosts: z
        .array(z.string().regex(/^[a-z0-9.-]+(?::\d+)?$/, 'must be a host name, with a port if it is not 443'))
        .default([])
        .describe('The hosts at which their metadata may be. Empty: any public host.'),
      scopes: z
        .array(strangersScope())
        .default(['openid', 'profile', 'email', 'offline_access'])
        .describe('The scopes that they may request.'),
      schemes: strangersSchemes(),
      resources: strangersResources(),
    })
    .prefault({})
    .describe('Apps with a client id metadata document ([mcp.md](mcp.md)).'),
  authorizationDetailsTypes: z
    .array(detailTypeShape)
    .refine((types) => new Set(types.map(({ type }) => type)).size === types.length, 'must name each type once')
    .default([])
    .describe(
      'The types of `authorization_details` that clients may be registered for (RFC 9396, [rich-authorization-requests.md](rich-authorization-requests.md)).',
    ),
  ownProfileAttributes: z
    .array(z.enum(PROFILE_ATTRIBUTES))
    .default([...DEFAULT_OWN_ATTRIBUTES])
    .describe(
      'The attributes of their [profile](profiles.md) that people may change themselves. Default: all but `name`. What an outside login gives is never among them.',
    ),
  registration: z
    .strictObject({
      mode: z
        .enum(['off', 'tokens', 'open'])
        .default('off')
        .describe(
          'Who may register apps: nobody, programs with an initial access token (`CreateInitialAccessToken`), or anyone.',
        ),
      scopes: z
        .array(strangersScope())
        .min(1)
        .default(['openid', 'profile', 'email', 'offline_access'])
        .describe('The scopes that such apps may request.'),
      schemes: strangersSchemes(),
      resources: strangersResources(),
      requirePkce: z
        .boolean()
        .default(true)
        .describe('Whether those that authenticate need PKCE, too. Public ones always do.'),
      unusedDays: z
        .int()
        .min(16)
        .max(400)
        .default(30)
        .describe('Days after the last use at which an app is removed. More than any access lasts.'),
      open: z
        .strictObject({
          account: z
            .string()
            .regex(/^\d{12}$/, 'must have 12 digits')
            .optional()
            .describe('The account that they belong to. Default: the first account.'),
          openTo: z
            .enum(['account', 'everyone'])
            .default('account')
            .describe('Whose users may sign in to them: those of that account, or of every account.'),
          neverUsedHours: z
            .int()
            .min(1)
            .max(720)
            .default(24)
            .describe('Hours after which an app is removed to which nobody has signed in.'),
          perNetworkPerHour: z
            .int()
            .min(1)
            .default(60)
            .describe(
              'How many apps may be registered or changed from one address in an hour (for IPv6, from a /64; three times as many from a /48).',
            ),
          mostApplications: z.int().min(1).max(100_000).default(10_000).describe('How many there may be at a time.'),
        })
        .prefault({})
        .describe('For apps that were registered without a token.'),
    })
    .prefault({})
    .describe('Apps that register themselves ([dynamic-registration.md](dynamic-registration.md)).'),
  commandLine: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether `rolecall login` may sign people in on their machines.'),
      deviceCodes: z
        .boolean()
        .default(true)
        .describe(
          'Whether that also works on a machine without a browser: it shows a code, which the person enters in a browser elsewhere.',
        ),
      sessionSeconds: z
        .int()
        .min(900)
        .max(REFRESH_LIFETIME)
        .default(12 * 3600)
        .describe('Seconds after which such a sign-in ends, however often its credentials are renewed.'),
    })
    .prefault({})
    .describe('The command `rolecall login` ([rolecall-login.md](rolecall-login.md)).'),
});
export type OidcSettings = z.output<typeof oidcSettingsShape>;

/**
 * The clients of the configuration file, ready to be stored.
 * @param accountId the account of clients that name none.
 */
export function clientSeeds(settings: OidcSettings, accountId: string): readonly ClientSeed[] {
  return settings.clients.map((client) => {
    const { client_id, client_secret, account_id, open_to, resources, claims, icon, start_url, ...metadata } = client;
    return {
      accountId: account_id ?? accountId,
      clientId: client_id,
      clientSecret: client_secret,
      openTo: open_to,
      resources,
      icon,
      startUrl: start_url,
      claims: claims && storedClaims(claims),
      metadata: Object.fromEntries(
        // A machine does not use the authorization endpoint; the default would be the response types of an app.
        Object.entries({ ...(!signsPeopleIn(client) && { response_types: [] }), ...metadata }).filter(
          ([, value]) => value !== undefined,
        ),
      ),
    };
  });
}
