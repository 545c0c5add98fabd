import { describe, expect, test } from '@jest/globals';
import { compileLoginCondition } from '../../../../src/federation/provisioning/login-condition.ts';
import { explainTags, givenTags } from '../../../../src/federation/provisioning/login-tags.ts';
import { proposePerson } from '../../../../src/federation/provisioning/propose-person.ts';
import type { ProvisioningRules } from '../../../../src/identity/documents/connector.ts';
import { openStandIn } from './stand-in-directory.ts';

const PERSON = {
  objectClass: ['inetOrgPerson'],
  uid: ['alice'],
  cn: ['Alice'],
  entryUUID: ['1'],
  employeeType: ['contractor'],
  costCenter: ['4711'],
  homeSite: ['Bern'],
  manager: ['Bern'],
  groups: ['admins'],
  groupIds: ['admins'],
  userPassword: ['{SSHA}x'],
};

async function signIn(rules: Partial<ProvisioningRules>) {
  const directory = openStandIn({ 'uid=alice,dc=example': PERSON }, { rules });
  const login = await directory.signIn('alice');
  return { ...login, rules: directory.rules };
}

async function failing(condition: object) {
  const text = JSON.stringify(condition);
  const { claims, subject } = await signIn({ condition: text });
  return compileLoginCondition(text).failing({ claims, subject, connector: 'staff' });
}

describe('[TRAPS LDAP: attributes] a sign-in reads every attribute that a rule names', () => {
  test('for session tags, in any spelling', async () => {
    const tags = [
      { claim: 'costCenter', key: 'cost' },
      { claim: 'EMPLOYEETYPE', key: 'type' },
      { claim: 'employeeType', key: 'sameType' },
    ];
    const { claims, rules } = await signIn({ tags });
    expect(givenTags(explainTags(rules, claims, []))).toEqual([
      { key: 'cost', value: '4711' },
      { key: 'type', value: 'contractor' },
      { key: 'sameType', value: 'contractor' },
    ]);
  });

  test('for names, although two rules spell an attribute differently', async () => {
    const { claims, rules, subject } = await signIn({ userName: ['UID'], displayName: ['CN'], email: ['Cn'] });
    expect(proposePerson(rules, claims, subject)).toMatchObject({ userName: 'alice', displayName: 'Alice' });
  });

  test.each([
    [{ StringNotEquals: { 'login:COSTCENTER': '4711' } }, 'StringNotEquals login:COSTCENTER'],
    [{ Null: { 'login:costCenter': 'true' } }, 'Null login:costCenter'],
    [{ StringNotEquals: { 'login:homeSite': '${login:manager}' } }, 'StringNotEquals login:homeSite'],
  ])('for a condition that refuses by it: %j', async (condition, expected) => {
    expect(await failing(condition)).toBe(expected);
  });

  test('[S31] an attribute with the name of a claim for groups does not take its place', async () => {
    const condition = JSON.stringify({ Null: { 'login:groupids': 'true', 'login:Groups': 'true' } });
    const tags = [{ claim: 'groupids', key: 'a' }];
    const { claims } = await signIn({ condition, tags });
    expect(claims).toMatchObject({ groups: [], groupIds: [] });
    expect(compileLoginCondition(condition).failing({ claims, subject: '1', connector: 'staff' })).toBeUndefined();
  });

  test('passwords are never read, whatever a rule names', async () => {
    const directory = openStandIn(
      { 'uid=alice,dc=example': PERSON },
      { rules: { tags: [{ claim: 'UserPassword', key: 'p' }] } },
    );
    const { claims } = await directory.signIn('alice');
    expect(JSON.stringify(claims)).not.toContain('SSHA');
    expect(directory.asked.flatMap(({ attributes }) => attributes)).not.toContain('UserPassword');
  });
});
