import { expect, test } from '@jest/globals';
import { isDismissedBy } from '../../../src/identity/links/dismiss-linked.ts';

const by = { reason: 'r', at: 0 };
const directory = { ...by, link: 'l' };

test.each([
  ['the provider of the link', { directory }, true],
  ['the provider of another link', { directory: { ...by, link: 'other' } }, false],
  ['an administrator, too', { directory, administrator: by }, false],
  ['the end date, too', { directory, endDate: by }, false],
])('[S36] a sign-in lifts the disabling by the provider alone: %s', (_, disabled, expected) => {
  expect(isDismissedBy({ disabled }, 'l')).toBe(expected);
});
