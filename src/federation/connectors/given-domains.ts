import * as z from 'zod';

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** A list of domains, such as those of e-mail addresses. */
export function domainsShape() {
  const domain = z.string().toLowerCase().regex(DOMAIN, 'must be a domain such as example.com');
  return z.array(domain, 'must be a list');
}
