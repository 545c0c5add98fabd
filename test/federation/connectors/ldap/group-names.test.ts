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
