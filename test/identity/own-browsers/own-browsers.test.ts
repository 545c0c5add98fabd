import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { browserStanding } from '../../../src/identity/own-browsers/browser-standing.ts';
import {
  confirmBrowser,
  doubtBrowsers,
  isOwnBrowser,
  rememberFirstUse,
} from '../../../src/identity/own-browsers/own-browsers.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const HOUR = 3_600_000;
let now = Date.UTC(2026, 0, 1);
let open: OpenIdentities;
beforeAll(async () => {
  open = await openIdentities({ clock: { now: () => now } });
});
afterAll(() => open.close());

const isOwn = (device: string, subject = 'ann') => isOwnBrowser(open.ephemeral, { subject, device }, now);

test('[S33] a browser is a person’s own three days after the first sign-in, however often they sign in', async () => {
  const browser = { subject: 'ann', device: 'laptop' };
  await rememberFirstUse(open.ephemeral, browser, now);
  for (let day = 0; day < 3; day++) {
    expect(await isOwn('laptop')).toBe(false);
    now += 24 * HOUR;
    await rememberFirstUse(open.ephemeral, browser, now);
  }
  expect(await isOwn('laptop')).toBe(true);
  expect([await isOwn('laptop', 'bob'), await isOwn('phone')]).toEqual([false, false]);
});

test('[TRAPS policy] a report, or a reset, makes every browser a new one, until it is confirmed again', async () => {
  const [laptop, phone] = ['laptop', 'phone'].map((device) => ({ subject: 'cat', device }));
  if (laptop === undefined || phone === undefined) throw new Error('two browsers');
  await rememberFirstUse(open.ephemeral, laptop, now);
  await confirmBrowser(open.ephemeral, phone, now);
  expect([await isOwn('laptop', 'cat'), await isOwn('phone', 'cat')]).toEqual([false, true]);
  now += 80 * HOUR;
  await doubtBrowsers(open.ephemeral, 'cat', now);
  now += 80 * HOUR;
  expect([await isOwn('laptop', 'cat'), await isOwn('phone', 'cat')]).toEqual([false, false]);
  await confirmBrowser(open.ephemeral, laptop, now);
  expect([await isOwn('laptop', 'cat'), await isOwn('phone', 'cat')]).toEqual([true, false]);
});

test('[S26] a code is asked for only if one can be mailed, so nobody is locked out', async () => {
  const bare = { subject: 'dan', factors: [], email: 'dan@example.org', isEmailVerified: true };
  const factor = { kind: 'totp' } as never;
  await confirmBrowser(open.ephemeral, { subject: 'dan', device: 'own' }, now);
  const standing = (person: object, { amr = ['pwd'], device = 'new', hasMailer = true } = {}) =>
    browserStanding({ ephemeral: open.ephemeral, hasMailer }, { person: { ...bare, ...person }, amr, device }, now);
  expect(await standing({})).toBe('unconfirmed');
  expect(await standing({}, { device: 'own' })).toBe('own-browser');
  expect(await standing({}, { hasMailer: false })).toBe('no-mail-server');
  expect(await standing({ isEmailVerified: false })).toBe('no-proven-address');
  expect(await standing({ email: undefined })).toBe('no-proven-address');
  expect(await standing({ factors: [factor] })).toBe('has-factor');
  expect(await standing({}, { amr: ['fed', 'mfa'] })).toBe('has-factor');
});
