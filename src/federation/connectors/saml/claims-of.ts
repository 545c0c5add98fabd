import { shortNameOf } from '../../provisioning/attribute-names.ts';
import type { Claims } from '../../provisioning/read-claim.ts';
import type { Assertion } from '../../saml/read-assertion.ts';

/**
 * The attributes of an assertion as claims: by Name, by FriendlyName, and known OIDs by their short name. An attribute with one value is a
 * text, with several a list. A Name comes before a FriendlyName, which providers choose freely, and what the provider says before our table.
 * @param trustEmail Whether e-mail addresses count as verified.
 */
export function claimsOf({ attributes, friendlyNames, nameId }: Assertion, trustEmail: boolean): Claims {
  const claims = new Map<string, unknown>();
  if (nameId !== undefined) claims.set('nameId', nameId.value).set('nameIdFormat', nameId.format);
  for (const [name, values] of attributes) {
    const shortName = shortNameOf(name);
    if (shortName !== undefined) claims.set(shortName, claimOf(values));
  }
  for (const [name, friendlyName] of friendlyNames) claims.set(friendlyName, claimOf(attributes.get(name)));
  for (const [name, values] of attributes) claims.set(name, claimOf(values));
  // The attribute of this name would be the provider's word, too.
  claims.set('email_verified', trustEmail);
  return Object.fromEntries(claims);
}

function claimOf(values: readonly string[] = []): string | readonly string[] {
  const [only = '', ...others] = values;
  return others.length === 0 ? only : values;
}
