import type { Connector } from '../../../identity/documents/connector.ts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { claimsNamedBy } from '../../provisioning/claims-named-by.ts';
import type { Claims } from '../../provisioning/read-claim.ts';
import { ACCOUNT_RULES } from './account-state.ts';
import type { DirectoryGroup } from './find-groups.ts';
import type { OpenLdapSettings } from './given-settings.ts';

/** Attributes whose values are bytes, or say something about passwords: never claims. */
const NOT_CLAIMS = new Set([
  'userpassword',
  'unicodepwd',
  'sambantpassword',
  'sambalmpassword',
  'krbprincipalkey',
  'authpassword',
  'objectguid',
  'objectsid',
  'jpegphoto',
  'usercertificate',
]);
/** Claims that do not come from an attribute, in lower case: an attribute of such a name must not take their place. */
const OURS = new Set(['groups', 'groupids', 'groupdns', 'connector', 'subject']);

/** The attributes that a sign-in reads of a person. */
export function attributesToRead(
  settings: OpenLdapSettings,
  rules: Connector['rules'],
): readonly [string, ...string[]] {
  const { users, groups, preset } = settings;
  return [
    users.subjectAttribute,
    ...new Map(claimAttributes(settings, rules).map((name) => [name.toLowerCase(), name])).values(),
    ...ACCOUNT_RULES[preset].attributes,
    ...(groups.strategy === 'member-of' ? ['memberOf'] : []),
    ...(groups.primary === undefined ? [] : [groups.primary]),
    ...(groups.primary === 'primaryGroupID' ? ['objectSid'] : []),
  ];
}

/**
 * The attributes that are claims, in every spelling that the settings and the rules have: directories do not regard case (RFC 4512 §2.5), but
 * claims are looked up exactly.
 */
function claimAttributes({ users }: OpenLdapSettings, rules: Connector['rules']): readonly string[] {
  const all = new Set([...users.loginAttributes, ...users.attributes, ...claimsNamedBy(rules)]);
  return [...all].filter((name) => {
    const folded = name.toLowerCase();
    return !NOT_CLAIMS.has(folded) && !OURS.has(folded) && /^[a-z][a-z\d-]*$/.test(folded);
  });
}

interface ClaimRules {
  readonly settings: OpenLdapSettings;
  readonly rules: Connector['rules'];
}

/** What the rules of a connector see of one entry after the other. */
export type ReadClaims = (entry: DirectoryEntry, groups: readonly DirectoryGroup[] | undefined) => Claims;

/** What the rules of a connector see: attributes as the settings and the rules spell them, and the names, identifiers and DNs of groups. */
export function directoryClaims({ settings, rules }: ClaimRules): ReadClaims {
  const names = claimAttributes(settings, rules);
  return (entry, groups) => {
    const claims: Record<string, unknown> = settings.trustEmail === true ? { email_verified: true } : {};
    for (const name of names) {
      const texts = entry.texts(name);
      if (texts.length > 0) claims[name] = texts.length === 1 ? texts[0] : texts;
    }
    if (groups === undefined) return claims;
    return {
      ...claims,
      groups: groups.map(({ name }) => name),
      groupIds: groups.map(({ id }) => id).filter((id) => id !== undefined),
      groupDns: groups.map(({ dn }) => dn),
    };
  };
}
