import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import type { ProfileAttribute, ProfileValues } from '../../identity/documents/users/profile.ts';
import type { ProposedPerson } from '../../identity/links/sign-in-linked.ts';
import { readAttribute } from '../../identity/profile/attribute-rules.ts';
import { valueTest } from './group-dns.ts';
import { type Claims, firstText, isEmailVerified, readClaim } from './read-claim.ts';
import { proposeUserName } from './user-name.ts';

const LONGEST_DISPLAY_NAME = 256;
/** RFC 5321 §4.5.3.1. */
const LONGEST_EMAIL = 254;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What the rules of a connector make of the claims of a login. */
export function proposePerson(rules: ProvisioningRules, claims: Claims, subject: string): ProposedPerson {
  const email = firstText(claims, rules.email);
  return {
    userName: proposeUserName(firstText(claims, rules.userName) ?? email?.split('@')[0], subject),
    displayName: firstText(claims, rules.displayName)?.slice(0, LONGEST_DISPLAY_NAME),
    email: email !== undefined && isUsable(email) && isEmailVerified(claims) ? email : undefined,
    profile: profileOf(rules, claims),
    ...groupsOf(rules, claims),
    ...(rules.displayName.some((claim) => isLeftOut(claims, claim)) && { isNameLeftOut: true }),
  };
}

/** What cannot be an attribute is left out: a login must not fail by it. */
function profileOf({ profile = [] }: ProvisioningRules, claims: Claims): ProfileValues {
  const found = profile.flatMap(({ attribute, claim }): [ProfileAttribute, string][] => {
    const text = firstText(claims, [claim]);
    // Some providers write `en_US` (OpenID Connect Core §5.1).
    const read = text && readAttribute(attribute, attribute === 'locale' ? text.replaceAll('_', '-') : text);
    return typeof read === 'object' ? [[attribute, read.value]] : [];
  });
  return Object.fromEntries(found);
}

function isUsable(email: string): boolean {
  return email.length <= LONGEST_EMAIL && EMAIL.test(email);
}

function groupsOf({ groups }: ProvisioningRules, claims: Claims): Pick<ProposedPerson, 'groups' | 'keepableGroups'> {
  const { claim, map, always } = groups;
  if (claim === undefined) return { groups: always };
  const value = readClaim(claims, claim);
  if (value === undefined && isLeftOut(claims, claim)) {
    return { groups: undefined, keepableGroups: [...always, ...map.map(({ group }) => group)] };
  }
  const isHeld = valueTest(claim, value);
  const given = map.filter((row) => isHeld(row.value)).map(({ group }) => group);
  return { groups: [...new Set([...always, ...given])] };
}

/**
 * Whether the provider left the claim out because it is too long for the token (Entra does, for members of more than 200 groups), and
 * names it among the distributed claims instead (OpenID Connect Core §5.6.2).
 */
function isLeftOut(claims: Claims, claim: string): boolean {
  const names = claims['_claim_names'];
  return typeof names === 'object' && names !== null && Object.hasOwn(names, claim);
}
