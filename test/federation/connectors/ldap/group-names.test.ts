import { describe, expect, test } from '@jest/globals';
import { explainPerson } from '../../../../src/federation/provisioning/explain-person.ts';
import { compileLoginCondition } from '../../../../src/federation/provisioning/login-condition.ts';
import { proposePerson } from '../../../../src/federation/provisioning/propose-person.ts';
import { openStandIn } from './stand-in-directory.ts';

const DIRECTORY = {
  'uid=alice,ou=people,dc=example': { objectClass: ['inetOrgPerson'], uid: ['alice'], entryUUID: ['1'] },
  'CN=Dev\\2C Ops,OU=Groups,DC=example': {
    objectClass: ['groupOfNames'],
    cn: ['Dev, Ops'],
    entryUUID: ['2'],
    member: ['uid=alice,ou=people,dc=example'],
  },
};
const SPELLINGS = [
  'cn=dev\\, ops,ou=groups,dc=example',
  'CN=Dev\\2C Ops,OU=Groups,DC=example',
  'cn = DEV\\,  Ops , ou=GROUPS; dc=example',
];
const OTHERS = [
  'cn=dev,ou=groups,dc=example',
  'cn=dev\\, ops,dc=example',
  'cn=dev, ops,ou=groups,dc=example',
  'Dev, Ops',
];

async function failing(condition: object) {
  const { claims, subject } = await openStandIn(DIRECTORY).signIn('alice');
  return compileLoginCondition(JSON.stringify(condition)).failing({ claims, subject, connector: 'staff' });
}

describe('[TRAPS STS: DN in another spelling] a rule on the distinguished name of a group', () => {
  test.each([...SPELLINGS.map((dn) => [dn, true] as const), ...OTHERS.map((dn) => [dn, false] as const)])(
    'gives a group by %j: %s',
    async (value, isGiven) => {
      const groups = { claim: 'groupDns', map: [{ value, group: 'Developers' }], always: [] };
      const { rules, signIn } = openStandIn(DIRECTORY, { rules: { groups } });
      const { claims, subject } = await signIn('alice');
      expect(proposePerson(rules, claims, subject).groups).toEqual(isGiven ? ['Developers'] : []);
      expect(explainPerson(rules, claims, subject).groupRules).toEqual([
        { value, group: 'Developers', applies: isGiven },
      ]);
    },
  );

  test.each(SPELLINGS)('is met, and refuses, by %j', async (dn) => {
    expect(await failing({ 'ForAnyValue:StringEquals': { 'login:GroupDNs': [dn] } })).toBeUndefined();
    expect(await failing({ 'ForAllValues:StringNotEquals': { 'login:groupDns': dn } })).toBeDefined();
  });

  test.each([...OTHERS, '*,dc=other'])('is not met by %j', async (dn) => {
    expect(await failing({ 'ForAnyValue:StringLike': { 'login:groupDns': dn } })).toBeDefined();
  });

  test.each(['*,OU=Groups,DC=example', 'CN=Dev*, OU=Groups, DC=example'])(
    'is met by the pattern %j',
    async (pattern) => {
      expect(await failing({ 'ForAnyValue:StringLike': { 'login:groupDns': pattern } })).toBeUndefined();
    },
  );
});

test('names of groups count exactly as given', async () => {
  const groups = { claim: 'groups', map: [{ value: 'dev, ops', group: 'Developers' }], always: [] };
  const { rules, signIn } = openStandIn(DIRECTORY, { rules: { groups } });
  const { claims, subject } = await signIn('alice');
  expect(claims['groups']).toEqual(['Dev, Ops']);
  expect(proposePerson(rules, claims, subject).groups).toEqual([]);
});

describe('[TRAPS LDAP: uniqueMember] the groups of 389 Directory Server', () => {
  const ALICE = 'uid=alice,ou=people,dc=example';
  const group = (cn: string, objectClass: string, members: object) => ({
    [`cn=${cn},dc=example`]: { objectClass: [objectClass], cn: [cn], nsUniqueId: [cn], ...members },
  });
  const directory = {
    [ALICE]: { objectClass: ['person'], uid: ['alice'], nsUniqueId: ['1'] },
    ...group('unique', 'groupOfUniqueNames', { uniqueMember: [ALICE] }),
    ...group('plain', 'groupOfNames', { member: [ALICE] }),
    ...group('both', 'groupOfNames', { member: [ALICE], uniqueMember: [ALICE] }),
    ...group('above', 'groupOfUniqueNames', { uniqueMember: ['cn=plain,dc=example'] }),
    ...group('foreign', 'groupOfUniqueNames', { uniqueMember: ['uid=bob,ou=people,dc=example'] }),
  };
  const GROUPS = ['above', 'both', 'plain', 'unique'];

  test('list members in either attribute, at a sign-in and in a sync', async () => {
    const { signIn, listedGroups } = openStandIn(directory, { preset: '389ds' });
    const { claims } = await signIn('alice');
    expect([...(claims['groups'] as string[])].sort()).toEqual(GROUPS);
    expect([...((await listedGroups(ALICE)) ?? [])].sort()).toEqual(GROUPS);
  });

  test('other presets read one attribute', async () => {
    const others = Object.fromEntries(
      Object.entries(directory).map(([dn, entry]) => [dn, { ...entry, entryUUID: entry.nsUniqueId }]),
    );
    const person = { ...others, [ALICE]: { ...others[ALICE], objectClass: ['inetOrgPerson'] } };
    const { claims } = await openStandIn(person as never).signIn('alice');
    expect([...(claims['groups'] as string[])].sort()).toEqual(['both', 'plain']);
  });
});

test.each([1, 2, 3, 7])(
  '[TRAPS LDAP: ranges] a sync sees all members of a group whose list comes in parts of %i',
  async (most) => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((uid) => `uid=${uid},ou=people,dc=example`);
    const [first = '', last = ''] = [people[0], people[6]];
    const person = (uid: string) => ({ objectClass: ['inetOrgPerson'], uid: [uid], entryUUID: [uid] });
    const group = (cn: string, member: readonly string[]) => ({
      objectClass: ['groupOfNames'],
      cn: [cn],
      entryUUID: [cn],
      member,
    });
    const directory = {
      ...Object.fromEntries(people.map((dn) => [dn, person(dn.slice(4, 5))])),
      'cn=large,dc=example': group('large', people),
      'cn=small,dc=example': group('small', [last]),
    };
    const { listedGroups } = openStandIn(directory, { mostValues: most });
    expect([...((await listedGroups(last)) ?? [])].sort()).toEqual(['large', 'small']);
    expect(await listedGroups(first)).toEqual(['large']);
  },
);

test('[TRAPS LDAP: group searches] a search for groups asks for no member', async () => {
  const { asked, signIn } = openStandIn(DIRECTORY);
  await signIn('alice');
  const ofGroups = asked.filter(({ filter }) => filter.toString().includes('groupOfNames'));
  expect(ofGroups.length).toBeGreaterThan(0);
  for (const { attributes } of ofGroups) expect(attributes).toEqual(['cn', 'entryUUID']);
});

test('[TRAPS LDAP: filter at login] whom the filter leaves out cannot sign in', async () => {
  const entries = {
    'uid=alice,dc=example': { objectClass: ['inetOrgPerson'], uid: ['alice'], entryUUID: ['1'], st: ['here'] },
    'uid=left,dc=example': { objectClass: ['inetOrgPerson'], uid: ['left'], entryUUID: ['2'], st: ['gone'] },
  };
  const { signIn } = openStandIn(entries, { users: { filter: '(&(objectClass=inetOrgPerson)(st=here))' } });
  expect((await signIn('alice')).subject).toBe('1');
  await expect(signIn('left')).rejects.toMatchObject({ check: 'credentials', detail: 'nobody has this name' });
});
