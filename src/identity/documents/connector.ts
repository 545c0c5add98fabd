import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';

/** How a connector reaches an outside OpenID Connect provider. */
export const oidcConnectorShape = z.object({
  kind: z.literal('oidc'),
  /** The preset that filled in what the operator left out. */
  preset: z.string().optional(),
  /** Compared byte for byte with what the provider says. */
  issuer: z.string(),
  clientId: z.string(),
  /** Sealed under the data keys and bound to the connector's id. */
  sealedSecret: z.string().optional(),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  scopes: z.array(z.string()),
  /** The claim that identifies a person for good. */
  subjectClaim: z.string(),
  /** Whether the claims of the userinfo endpoint are read too. */
  userinfo: z.boolean(),
  /** If present, the claim `hd` must be one of these. */
  hostedDomains: z.array(z.string()).optional(),
});
export type OidcConnectorSettings = z.infer<typeof oidcConnectorShape>;

/** What a login gives its user. Claims are named by their path: `name`, `realm_access.roles`. */
export const provisioningRulesShape = z.object({
  /** What a login must meet: the `Condition` of a policy statement over `login:` keys, as JSON. */
  condition: z.string().optional(),
  /** The first claim with a value is used. */
  userName: z.array(z.string()),
  displayName: z.array(z.string()),
  email: z.array(z.string()),
  groups: z.object({
    /** The claim that lists the person's groups at the provider. */
    claim: z.string().optional(),
    /** Which of its values gives which group here. Other values give none. */
    map: z.array(z.object({ value: z.string(), group: z.string() })),
    /** Groups that everyone gets. */
    always: z.array(z.string()),
  }),
});
export type ProvisioningRules = z.infer<typeof provisioningRulesShape>;

/** A source of logins outside of this server. */
export const connectorShape = z.object({
  accountId: z.string(),
  /** Unique over all accounts, because it is part of the redirect URI. */
  name: z.string(),
  /** Part of every link: a connector that is pointed at another issuer gets a new one, so that nobody inherits a user. */
  connectorId: z.string(),
  displayName: z.string(),
  /** By kind of connector. */
  settings: z.discriminatedUnion('kind', [oidcConnectorShape]),
  rules: provisioningRulesShape,
  /** E-mail domains whose people sign in here, in lower case. */
  domains: z.array(z.string()),
  /** Whether the sign-in page has a button for it. */
  hasButton: z.boolean(),
  enabled: z.boolean(),
  /** What manages it. Absent in documents of versions that knew only the configuration file. */
  origin: z.enum(['file', 'api']).optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** When it left the configuration file that brought it; it takes no sign-ins then. Ms since the epoch. */
  disabledAt: z.number().optional(),
});
export type Connector = z.infer<typeof connectorShape>;

/** Whether the API manages a connector; else the configuration file does. */
export function isManagedByApi({ origin }: Pick<Connector, 'origin'>): boolean {
  return origin === 'api';
}

/** Whether people may sign in through a connector. */
export function takesSignIns({ enabled, disabledAt }: Pick<Connector, 'enabled' | 'disabledAt'>): boolean {
  return enabled && disabledAt === undefined;
}

export const connectors: CollectionDeclaration<Connector> = {
  name: 'connectors',
  shape: connectorShape,
  key: ['accountId', 'name'],
  unique: { byName: ['name'] },
  indexes: {},
};
