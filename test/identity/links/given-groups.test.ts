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
