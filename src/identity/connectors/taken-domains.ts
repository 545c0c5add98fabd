import type { Connector } from '../documents/connector.ts';

type Claiming = Pick<Connector, 'name' | 'domains'>;

/** The e-mail domains that another connector has already: people of a domain are sent to one provider. A problem for each. */
export function takenDomains(
  known: readonly (Claiming & Pick<Connector, 'disabledAt'>)[],
  { name, domains }: Claiming,
): readonly string[] {
  const others = known.filter((each) => each.name !== name && each.disabledAt === undefined);
  return domains
    .filter((domain) => others.some((each) => each.domains.includes(domain)))
    .map((domain) => `domains: ${domain} belongs to another connector`);
}
