import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CodeUse, openMailedCodes } from '../../../src/identity/mailed-codes/mailed-codes.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const MINUTE = 60_000;
let now = Date.UTC(2026, 0, 1);
let open: OpenIdentities;
beforeAll(async () => {
  open = await openIdentities({ clock: { now: () => now } });
});
afterAll(() => open.close());

const codes = (secret = Buffer.alloc(32, 1)) =>
  openMailedCodes({ ephemeral: open.ephemeral, random: open.random, clock: { now: () => now }, secret });
const use = (subject: string, more: Partial<CodeUse> = {}): CodeUse => ({
  ...{ purpose: 'address', subject, session: 's1', address: `${subject}@example.org` },
  ...more,
});
const issue = async (of: CodeUse, ip = '203.0.113.1') => {
  const issued = await codes().issue(of, { ip });
  if ('waitMs' in issued) throw new Error('too many');
  return issued;
};

test('a code has eight digits, works once, and for ten minutes', async () => {
  const { code, endsAt } = await issue(use('ann'));
  expect([/^\d{8}$/.test(code), endsAt - now]).toEqual([true, 10 * MINUTE]);
  const both = await Promise.all([codes().check(use('ann'), code), codes().check(use('ann'), code)]);
  expect(both.toSorted()).toEqual(['right', 'void']);
  const late = await issue(use('ann'));
  now += 10 * MINUTE;
  expect(await codes().check(use('ann'), late.code)).toBe('void');
});

test('it is worth nothing for another purpose, person, session or address, nor without the key of the server', async () => {
  const { code } = await issue(use('bob'));
  const others = [
    { purpose: 'browser' as const },
    { subject: 'eve' },
    { session: 's2' },
    { address: 'eve@example.org' },
  ];
  for (const more of others) expect(await codes().check(use('bob', more), code)).not.toBe('right');
  expect(await codes(Buffer.alloc(32, 2)).check(use('bob'), code)).toBe('wrong');
  // The address is compared as it is stored.
  expect(await codes().check(use('bob', { address: 'Bob@Example.ORG' }), code)).toBe('right');
});

test('five guesses void it; a new one has five of its own, and replaces the old one', async () => {
  const first = await issue(use('cat'));
  const wrong = first.code === '00000000' ? '11111111' : '00000000';
  for (let guess = 0; guess < 5; guess++) expect(await codes().check(use('cat'), wrong)).toBe('wrong');
  expect(await codes().check(use('cat'), first.code)).toBe('void');
  const second = await issue(use('cat'));
  expect(await codes().check(use('cat'), second.code)).toBe('right');
});

test('limits: four an hour to an address from a network, twelve a day; six an hour for a person; none for other purposes', async () => {
  const to = { address: 'victim@example.org' };
  for (let mail = 0; mail < 4; mail++) await issue(use(`p${mail}`, to));
  expect(await codes().issue(use('p5', to), { ip: '203.0.113.1' })).toEqual({ waitMs: expect.any(Number) });
  // What strangers type does not keep the owner from a code for the browser, nor from another network.
  await issue(use('victim', { ...to, purpose: 'browser' }));
  await issue(use('victim', to), '203.0.113.2');
  for (let hour = 0; hour < 2; hour++) {
    now += 60 * MINUTE;
    for (let mail = 0; mail < 4; mail++) await issue(use(`q${hour}${mail}`, to)).catch(() => {});
  }
  now += 60 * MINUTE;
  const refused = await codes().issue(use('p6', to), { ip: '203.0.113.3' });
  expect('waitMs' in refused && refused.waitMs > 60 * MINUTE).toBe(true);
  for (let mail = 0; mail < 6; mail++) await issue(use('dan', { address: `dan${mail}@example.org` }));
  await expect(issue(use('dan', { address: 'dan7@example.org' }))).rejects.toThrow('too many');
});

test('[S24] a browser of one’s own gets its codes, whatever strangers asked for; four an hour and twelve a day', async () => {
  now += 24 * 60 * MINUTE;
  const to = { address: 'owner@example.org' };
  const [ip, ownBrowser] = ['203.0.113.1', 'A'.repeat(22)];
  // Strangers in the same network, and a thief of the password in another browser.
  for (let mail = 0; mail < 20; mail++) await codes().issue(use(`s${mail}`, to), { ip });
  for (let mail = 0; mail < 20; mail++) await codes().issue(use('owner', to), { ip: `198.51.100.${mail}` });
  for (let mail = 0; mail < 150; mail++) await codes().issue(use(`t${mail}`), { ip });
  expect(await codes().issue(use('owner', to), { ip })).toEqual({ waitMs: expect.any(Number) });
  for (let hour = 0; hour < 3; hour++) {
    for (let mail = 0; mail < 4; mail++)
      expect(await codes().issue(use('owner', to), { ip, ownBrowser })).toHaveProperty('code');
    expect(await codes().issue(use('owner', to), { ip, ownBrowser })).toHaveProperty('waitMs');
    now += 60 * MINUTE;
  }
  expect(await codes().issue(use('owner', to), { ip, ownBrowser })).toHaveProperty('waitMs');
  // Another person's own browser is no way to more mails for the same person.
  expect(await codes().issue(use('other', to), { ip, ownBrowser })).toHaveProperty('code');
});
