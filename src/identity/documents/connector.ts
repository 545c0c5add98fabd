import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { ldapConnectorShape } from './connectors/ldap-settings.ts';
import { oauth2SettingsShape } from './connectors/oauth2-settings.ts';
import { oidcSettingsShape } from './connectors/oidc-settings.ts';
import { samlSettingsShape } from './connectors/saml-settings.ts';
import { tagShape } from './entity.ts';
import { PROFILE_ATTRIBUTES } from './users/profile.ts';

/** How a connector reaches its provider, by kind. */
const connectorSettingsShape = z.discriminatedUnion('kind', [
  oidcSettingsShape,
  oauth2SettingsShape,
  ldapConnectorShape,
  samlSettingsShape,
]);
export type ConnectorSettings = z.infer<typeof connectorSettingsShape>;
export type ConnectorKindName = ConnectorSettings['kind'];

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
  /** Which claim gives which attribute of the profile. Absent: none. */
  profile: z.array(z.object({ attribute: z.enum(PROFILE_ATTRIBUTES), claim: z.string() })).optional(),
  /** Which claim gives which session tag, and the value if the claim is absent. Absent: none. */
  tags: z.array(z.object({ claim: z.string(), key: z.string(), default: z.string().optional() })).optional(),
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
  /** A `data:` URL. */
  icon: z.string().optional(),
  settings: connectorSettingsShape,
  rules: provisioningRulesShape,
  /** Whether a login that nobody has creates a user; if not, only linked users sign in. Default: it does. */
  provisioning: z.enum(['just-in-time', 'linked-only']).optional(),
  /** In seconds: older logins are not continued. Absent: the longest age (`connectors/proof-ages.ts`). */
  maxProofAge: z.number().optional(),
  /** E-mail domains whose people sign in here, in lower case. */
  domains: z.array(z.string()),
  /** Whether the sign-in page has a button for it. */
  hasButton: z.boolean(),
  enabled: z.boolean(),
  /** What manages it. Absent in documents of versions that knew only the configuration file. */
  origin: z.enum(['file', 'api']).optional(),
  /** Absent if it never had any. The configuration file does not set them. */
  tags: z.array(tagShape).optional(),
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
