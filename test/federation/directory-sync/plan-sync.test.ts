import { expect, test } from '@jest/globals';
import { planFor } from '../../../src/federation/directory-sync/plan-sync.ts';
import { GONE, standingOf } from '../../../src/federation/directory-sync/standing.ts';
import type { User } from '../../../src/identity/documents/user.ts';

const person = { subject: 'x', dn: 'uid=x' };
const rules = { userName: [], displayName: [], email: [], groups: { map: [], always: [] } };
const unmet = { rules: { ...rules, condition: '{}' } };

test.each([
  [GONE, 'back in the directory'],
  [
    standingOf({ ...person, disabledBecause: 'userAccountControl 514' }, { rules }, () => undefined),
    'enabled in the directory again',
  ],
  [
    standingOf({ ...person, claims: {} }, unmet, () => 'StringEquals login:x'),
    'meets the condition of the connector again',
  ],
])('a user who was disabled by %j is enabled because: %s', (standing, reason) => {
  if (standing === undefined || standing.maySignIn) throw new Error('the person may sign in');
  const user = (more: Partial<User>) => ({ links: [{}], ...more }) as User;
  expect(planFor(user({}), standing)).toEqual({ action: 'disable', reason: standing.reason });
  const disabled = { directory: { reason: `corp: ${standing.reason}`, at: 1 } };
  expect(planFor(user({ disabled }), { maySignIn: true })).toEqual({ action: 'enable', reason });
});
