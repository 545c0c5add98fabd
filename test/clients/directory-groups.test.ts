import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import type { LdapConnectorSettings } from '../../src/identity/documents/connectors/ldap-settings.ts';
import {
  ACCESS,
  directorySettings,
  ldifEntry,
  listedAndRead,
  READER,
  SUFFIX,
  SUFFIX_ENTRIES,
} from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const PEOPLE = `ou=people,${SUFFIX}`;
const GROUPS = `ou=groups,${SUFFIX}`;
const ODD = `cn=Smith\\2C Jane (JS)* \\5C #1,${PEOPLE}`;
const CROWD = 1200;
const crowdDn = (index: number) => `uid=crowd${index},${PEOPLE}`;

const person = (
  uid: string,
  more: Readonly<Record<string, string | readonly string[]>> = {},
  dn = `uid=${uid},${PEOPLE}`,
) => ldifEntry(dn, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, ...more });
const posix = (uid: string, gidNumber: string) => {
  const account = { uidNumber: '1', gidNumber, homeDirectory: '/' };
  return person(uid, { objectClass: ['inetOrgPerson', 'posixAccount'], ...account });
};
const group = (cn: string, ...members: readonly string[]) =>
  ldifEntry(`cn=${cn},${GROUPS}`, { objectClass: 'groupOfNames', cn, member: members });
const posixGroup = (cn: string, gidNumber: string, ...memberUid: readonly string[]) =>
  ldifEntry(`cn=${cn},${GROUPS}`, { objectClass: 'posixGroup', cn, gidNumber, memberUid });

const LDIF = [
  SUFFIX_ENTRIES,
  ldifEntry(ODD, { objectClass: 'inetOrgPerson', uid: 'jane', cn: 'Smith, Jane (JS)* \\ #1', sn: 'Smith' }),
  ...['alice', 'bob', 'nobody'].map((uid) => person(uid)),
  ...Array.from({ length: CROWD }, (_, index) => person(`crowd${index}`)),
  ...[posix('paula', '10'), posix('peter', '11'), posix('PIA', '12')],
  posixGroup('posix-a', '10', 'paula', 'peter', 'alice'),
  posixGroup('posix-b', '11', 'pia', 'PETER'),
].join('\n');

/** Added to the running server, because only it keeps `memberOf`. */
const GROUPS_LDIF = [
  group('developers', `UID=Alice , OU=People,${SUFFIX}`, ODD),
  // Above itself, by two steps.
  group('engineering', `cn=developers,${GROUPS}`, `cn=staff,${GROUPS}`),
  group('staff', `cn=engineering,${GROUPS}`, `uid=bob,${PEOPLE}`),
  group('crowd', ...Array.from({ length: CROWD }, (_, index) => crowdDn(index))),
].join('\n');

withPeer(hasSlapd, 'slapd')('groups of all people at once', () => {
  let slapd: Slapd;
  const settings = (groups: Partial<LdapConnectorSettings['groups']>): LdapConnectorSettings => {
    const usual = directorySettings('openldap', { servers: [slapd.secureUrl], ca: slapd.ca });
    return { ...usual, groups: { ...usual.groups, ...groups } };
  };

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: `overlay memberof\n${ACCESS}` });
    slapd.modify(GROUPS_LDIF);
  });
  afterAll(async () => {
    await slapd?.remove();
  });

  test.each<readonly [string, Partial<LdapConnectorSettings['groups']>, Readonly<Record<string, readonly string[]>>]>([
    ['search', {}, { alice: ['developers', 'engineering', 'staff'], bob: ['engineering', 'staff'], nobody: [] }],
    ['search, not nested', { nested: false }, { alice: ['developers'], bob: ['staff'], crowd7: ['crowd'] }],
    ['member-of', { strategy: 'member-of' }, { alice: ['developers', 'engineering', 'staff'], crowd1199: ['crowd'] }],
    ['member-of, not nested', { strategy: 'member-of', nested: false }, { alice: ['developers'], nobody: [] }],
    [
      'names of POSIX accounts, and their own group',
      { filter: '(objectClass=posixGroup)', memberAttribute: 'memberUid', memberValue: 'name', primary: 'gidNumber' },
      { alice: ['posix-a'], paula: ['posix-a'], nobody: [] },
    ],
  ])('%s: the list of all people says of each what a sign-in would', async (_case, change, expected) => {
    const isCompared = (dn: string) => !dn.startsWith('uid=crowd') || dn === crowdDn(7) || dn === crowdDn(CROWD - 1);
    const people = await listedAndRead(settings(change), READER.password, isCompared);
    for (const [uid, groups] of Object.entries(expected))
      expect([uid, people.get(`uid=${uid},${PEOPLE}`)?.listed?.['groups']]).toEqual([uid, groups]);
    const unlike = [...people].filter(([, { listed, read }]) => JSON.stringify(listed) !== JSON.stringify(read));
    // The lists have these names in another spelling, so only the server can say.
    const isDoubtful = change.memberValue === 'name';
    expect(unlike.map(([dn]) => dn).sort()).toEqual(isDoubtful ? [`uid=PIA,${PEOPLE}`, `uid=peter,${PEOPLE}`] : []);
    for (const [, { listed }] of unlike) expect(listed).toBeUndefined();
    expect(people.size).toBe(9);
  });
});
