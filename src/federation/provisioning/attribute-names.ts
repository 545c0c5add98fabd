/**
 * The short names of attributes that providers of the Shibboleth kind name by OID (RFC 4524, RFC 2798 §9.1, eduPerson 202208, SCHAC). Most send
 * the short name as FriendlyName; some do not, and administrators write rules with the names that they know.
 */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['urn:oid:0.9.2342.19200300.100.1.1', 'uid'],
  ['urn:oid:0.9.2342.19200300.100.1.3', 'mail'],
  ['urn:oid:2.5.4.3', 'cn'],
  ['urn:oid:2.5.4.4', 'sn'],
  ['urn:oid:2.5.4.10', 'o'],
  ['urn:oid:2.5.4.11', 'ou'],
  ['urn:oid:2.5.4.12', 'title'],
  ['urn:oid:2.5.4.20', 'telephoneNumber'],
  ['urn:oid:2.5.4.42', 'givenName'],
  ['urn:oid:2.16.840.1.113730.3.1.2', 'departmentNumber'],
  ['urn:oid:2.16.840.1.113730.3.1.3', 'employeeNumber'],
  ['urn:oid:2.16.840.1.113730.3.1.4', 'employeeType'],
  ['urn:oid:2.16.840.1.113730.3.1.39', 'preferredLanguage'],
  ['urn:oid:2.16.840.1.113730.3.1.241', 'displayName'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.1', 'eduPersonAffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.5', 'eduPersonPrimaryAffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.6', 'eduPersonPrincipalName'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.7', 'eduPersonEntitlement'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.9', 'eduPersonScopedAffiliation'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.10', 'eduPersonTargetedID'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.11', 'eduPersonAssurance'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.13', 'eduPersonUniqueId'],
  ['urn:oid:1.3.6.1.4.1.5923.1.1.1.16', 'eduPersonOrcid'],
  ['urn:oid:1.3.6.1.4.1.5923.1.5.1.1', 'isMemberOf'],
  ['urn:oid:1.3.6.1.4.1.25178.1.2.9', 'schacHomeOrganization'],
]);

/** The short name of an attribute; `undefined` if its Name is not one of the known OIDs. */
export function shortNameOf(name: string): string | undefined {
  return SHORT_NAMES.get(name);
}
