import * as z from 'zod';

/** How a connector finds people in a directory, and their groups. Nobody's password is stored. */
export const ldapConnectorShape = z.object({
  kind: z.literal('ldap'),
  /** The kind of directory, which also says how an entry's state and failed binds are read. */
  preset: z.enum(['openldap', 'ad', '389ds']),
  /** URLs, tried in order. */
  servers: z.array(z.string()),
  startTls: z.boolean(),
  /** PEM certificates of the only certificate authorities to trust. */
  ca: z.string().optional(),
  /** The name in the servers' certificate, if it is not that of the URL. */
  serverName: z.string().optional(),
  baseDn: z.string(),
  /** The service account. */
  bindDn: z.string(),
  /** The service account's password, sealed under the data keys and bound to the connector's id. */
  sealedSecret: z.string().optional(),
  users: z.object({
    baseDn: z.string().optional(),
    filter: z.string(),
    /** What people may type as their name. */
    loginAttributes: z.array(z.string()),
    /** The attribute that identifies an entry for good. */
    subjectAttribute: z.string(),
    subjectFormat: z.enum(['text', 'guid']),
    /** Attributes that rules can use, beyond those that the rules name. */
    attributes: z.array(z.string()),
  }),
  groups: z.object({
    /**
     * `member-of`: the person's entry names them; `search`: the groups' entries name the person; `in-chain`: the same, but the server follows
     * nested groups (Active Directory).
     */
    strategy: z.enum(['none', 'member-of', 'search', 'in-chain']),
    baseDn: z.string().optional(),
    filter: z.string(),
    memberAttribute: z.string(),
    /** Whether members are listed by distinguished name, or by the first login attribute (RFC 2307). */
    memberValue: z.enum(['dn', 'name']),
    nameAttribute: z.string(),
    nested: z.boolean(),
    /** The attribute that names the primary group, if that is to count. */
    primary: z.enum(['primaryGroupID', 'gidNumber']).optional(),
  }),
  /** Whether its e-mail addresses count as verified. Absent: no. */
  trustEmail: z.boolean().optional(),
  timeoutMs: z.number(),
  /** In seconds: how often the directory is asked again whether a login stands; 0: never. Absent: every five minutes. */
  recheckAfter: z.number().optional(),
  /** How often its people are synced by itself. Absent: never. */
  syncIntervalMs: z.number().optional(),
  /** After what time a sync reads all entries, not only those that have changed; 0: always. Absent: a day. */
  fullSyncIntervalMs: z.number().optional(),
});
export type LdapConnectorSettings = z.infer<typeof ldapConnectorShape>;
