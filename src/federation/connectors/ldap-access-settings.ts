import * as z from 'zod';

/** Which directories connectors may reach. */
export const ldapAccessShape = z.strictObject({
  allowPrivateNetworks: z
    .boolean()
    .default(false)
    .describe(
      'Whether LDAP connectors that are created by the API may reach servers in private networks and on this machine. Those in the configuration file always may. Link-local and metadata addresses are never reached.',
    ),
  allowPlain: z
    .boolean()
    .default(false)
    .describe(
      'Whether passwords may be sent without TLS to LDAP servers in private networks. Everybody in between can read them.',
    ),
});
