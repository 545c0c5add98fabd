import { expect, test } from '@jest/globals';
import { proposePerson } from '../../../src/federation/provisioning/propose-person.ts';
import { withGroupsGiven } from '../../../src/identity/links/given-groups.ts';

const LINK = { id: 'l1', connector: 'sso', subject: '1', createdAt: 0 };
const LEFT_OUT = { _claim_names: { groups: 'src1' } };

test('of groups that the provider leaves out, a person keeps those that the rules still give, and those given by hand', () => {
  const groups = { claim: 'groups', map: [{ value: 'eng', group: 'Developers' }], always: ['Staff'] };
  const rules = { userName: [], displayName: [], email: [], groups };
  expect(proposePerson(rules, LEFT_OUT, '1')).toMatchObject({
    groups: undefined,
    keepableGroups: ['Staff', 'Developers'],
  });
  const user = { groupIds: ['hand', 'dev', 'admins'], links: [{ ...LINK, groupIds: ['dev', 'admins'] }] };
  const wanted = { ids: ['staff', 'dev'], areLeftOut: true };
  // Whoever takes a group out of the rules needs no permission for it any more, and must not decide who keeps it.
  expect(withGroupsGiven(user, 'l1', wanted)).toEqual({ groupIds: ['hand', 'dev'], given: ['dev'] });
});

test('[TRAPS LDAP: two sources of one group] a login takes away only what its own link gave', () => {
  const first = { ...LINK, groupIds: ['shared', 'own'] };
  const second = { ...LINK, id: 'l2', connector: 'ldap', groupIds: ['shared'] };
  const user = { groupIds: ['hand', 'shared', 'own'], links: [first, second] };
  const nothing = { ids: [], areLeftOut: false };
  // Neither takes away what the other one gives as well, nor what was given by hand.
  expect(withGroupsGiven(user, 'l2', nothing)).toEqual({ groupIds: ['hand', 'shared', 'own'], given: [] });
  expect(withGroupsGiven(user, 'l1', nothing)).toEqual({ groupIds: ['hand', 'shared'], given: [] });
  // Once both have let go, the membership ends.
  const last = { groupIds: ['hand', 'shared'], links: [{ ...first, groupIds: [] }, second] };
  expect(withGroupsGiven(last, 'l2', nothing)).toEqual({ groupIds: ['hand'], given: [] });
  // A group that one login gives and another names too is given by both.
  const named = { ids: ['own'], areLeftOut: false };
  expect(withGroupsGiven(user, 'l2', named)).toEqual({ groupIds: ['hand', 'shared', 'own'], given: ['own'] });
});
