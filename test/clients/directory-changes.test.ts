import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import type { Listing, ListMark } from '../../src/federation/connectors/directory-connector.ts';
import type { LdapConnectorSettings } from '../../src/identity/documents/connectors/ldap-settings.ts';
import {
  ACCESS,
  directorySettings,
  ldifEntry,
  listAll,
  READER,
  RULES,
  SUFFIX,
  SUFFIX_ENTRIES,
} from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dave'];
const dnOf = (uid: string) => `uid=${uid},ou=people,${SUFFIX}`;
const uuidOf = (uid: string) => `00000000-0000-4000-8000-00000000000${PEOPLE.indexOf(uid)}`;
const personLdif = (uid: string, more: object = {}) =>
  ldifEntry(dnOf(uid), { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, ...more });
/** On days of their own, so that the overlap of times does not list everybody again. */
const old = (uid: string) => {
  const day = `2020010${PEOPLE.indexOf(uid) + 1}000000`;
  const stamps = { createTimestamp: `${day}Z`, modifyTimestamp: `${day}Z` };
  return { ...stamps, entryCSN: `${day}.000000Z#000000#000#000000`, entryUUID: uuidOf(uid) };
};
const LDIF = [
  SUFFIX_ENTRIES,
  ...PEOPLE.map((uid) => personLdif(uid, old(uid))),
  ldifEntry(`cn=team,ou=groups,${SUFFIX}`, { objectClass: 'groupOfNames', cn: 'team', member: dnOf('alice') }),
].join('\n');
const goneOf = ({ has }: Listing) => PEOPLE.map(uuidOf).filter((subject) => !has(subject));
const WITH_GROUPS = { ...RULES, groups: { ...RULES.groups, map: [{ value: 'team', group: 'Team' }] } };

const KINDS = [
  { by: 'csn', server: 'moduleload syncprov', database: `${ACCESS}\noverlay syncprov` },
  { by: 'time', server: '', database: ACCESS },
] as const;

withPeer(hasSlapd, 'slapd')('changes of an OpenLDAP directory', () => {
  describe.each(KINDS)('by $by', ({ by, server, database }) => {
    let slapd: Slapd;
    let mark: ListMark | undefined;
    const settings = (change: Partial<LdapConnectorSettings> = {}) =>
      directorySettings('openldap', { servers: [slapd.url], ...change });
    const list = async (rules = RULES, change: Partial<LdapConnectorSettings> = {}) => {
      const listed = await listAll({ settings: settings(change), rules }, { since: mark });
      mark = listed.listing.mark;
      return listed;
    };

    beforeAll(async () => {
      slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, server, database });
    });
    afterAll(async () => await slapd?.remove());

    test('the first list has everybody, and leaves a mark', async () => {
      const { kind, dns } = await list();
      expect([kind?.isFull, dns]).toEqual([true, PEOPLE.map(dnOf)]);
      expect(mark?.people.by).toBe(by);
    });

    test('the next one has who has changed, and nobody is gone', async () => {
      slapd.modify(`dn: ${dnOf('bob')}\nchangetype: modify\nreplace: cn\ncn: Robert\n`);
      const { kind, dns, listing } = await list();
      expect([kind, goneOf(listing)]).toEqual([{ isFull: false }, []]);
      expect(dns).toContain(dnOf('bob'));
      expect(dns).not.toContain(dnOf('alice'));
    });

    test('applying it again changes nothing: a change may be listed twice, but is never missed', async () => {
      slapd.modify(personLdif('erin'));
      const { dns } = await list();
      expect(dns).toContain(dnOf('erin'));
      expect(dns).not.toContain(dnOf('alice'));
    });

    test('[S36] who is not found by the filter any more, was moved away or deleted, is gone', async () => {
      const filter = '(&(objectClass=inetOrgPerson)(!(employeeType=left)))';
      const narrowed = { users: { ...settings().users, baseDn: `ou=people,${SUFFIX}`, filter } };
      mark = undefined;
      await list(RULES, narrowed);
      slapd.modify(`dn: ${dnOf('carol')}\nchangetype: modify\nadd: employeeType\nemployeeType: left\n`);
      slapd.modify(
        `dn: ${dnOf('dave')}\nchangetype: moddn\nnewrdn: uid=dave\ndeleteoldrdn: 0\nnewsuperior: ou=groups,${SUFFIX}\n`,
      );
      slapd.modify(`dn: ${dnOf('alice')}\nchangetype: delete\n`);
      const { listing, dns, kind } = await list(RULES, narrowed);
      expect([kind?.isFull, goneOf(listing)]).toEqual([false, ['alice', 'carol', 'dave'].map(uuidOf)]);
      expect(dns).not.toContain(dnOf('carol'));
    });

    test('a changed group takes a list of everybody, once', async () => {
      mark = undefined;
      await list(WITH_GROUPS);
      expect((await list(WITH_GROUPS)).kind).toEqual({ isFull: false });
      for (const change of [
        `dn: cn=team,ou=groups,${SUFFIX}\nchangetype: modify\nadd: member\nmember: ${dnOf('bob')}\n`,
        `dn: cn=team,ou=groups,${SUFFIX}\nchangetype: delete\n`,
      ]) {
        slapd.modify(change);
        expect((await list(WITH_GROUPS)).kind).toEqual({ isFull: true, fullBecause: 'groups have changed' });
        expect((await list(WITH_GROUPS)).kind).toEqual({ isFull: false });
      }
    });

    test('another server of the directory lists everybody', async () => {
      mark = undefined;
      await list();
      const { kind } = await list(RULES, { servers: [slapd.url.replace('127.0.0.1', 'localhost')] });
      expect(kind).toEqual({ isFull: true, fullBecause: expect.stringContaining('another server') });
    });
  });

  test('[S36] stamps that the service account may not read leave no mark', async () => {
    const hidden = `access to attrs=entryCSN,modifyTimestamp by * none\n${ACCESS}`;
    const slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: hidden });
    try {
      const settings = directorySettings('openldap', { servers: [slapd.url], bindDn: READER.dn });
      const { listing, kind } = await listAll({ settings }, {});
      expect([listing.listed, listing.mark, kind?.isFull]).toEqual([PEOPLE.length, undefined, true]);
    } finally {
      await slapd.remove();
    }
  });
});
