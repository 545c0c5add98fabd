import { networksOf } from '../attempts/networks.ts';

const IPV4_GROUPS = 3;

/**
 * The site that an address belongs to: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address (RFC 6177). Providers give
 * people another address within it every few days, which is not a new network.
 */
export function siteOf(ip: string): string {
  if (!ip.includes(':')) return `${ip.split('.').slice(0, IPV4_GROUPS).join('.')}.0/24`;
  return networksOf(ip).find(({ name }) => name.endsWith('/48'))?.name ?? ip;
}
