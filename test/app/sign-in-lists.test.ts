import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openSignInLists } from '../../src/app/login/sign-in-lists.ts';
import { isImpossibleTravel } from '../../src/identity/sign-in-policy/places.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

function fileOf(name: string, text: string): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}
const settings = (lists: { geoDatabase?: string; addressList?: string }) => ({
  signIn: {
    adminPasskeyDays: 7,
    passkeyOrigins: [],
    recoveryByMail: false,
    privilegedSeconds: 3600,
    protectAdministrators: false,
    factorResetHours: 0,
    ...lists,
  },
});

describe('the files that sign-in policies go by', () => {
  test('that cannot be read are all named, with the setting and the reason', () => {
    const broken = settings({
      geoDatabase: fileOf('broken.mmdb', 'not a database'),
      addressList: fileOf('broken.txt', '192.0.2.0/24\nnot an address\n'),
    });
    expect(() => openSignInLists(broken)).toThrow(/signIn\.geoDatabase: .*broken\.mmdb cannot be used: \S/);
    expect(() => openSignInLists(broken)).toThrow(
      /signIn\.addressList: .*broken\.txt cannot be used: line 2 is neither/,
    );
    expect(() => openSignInLists(settings({ addressList: join(directory.path, 'absent') }))).toThrow(/absent/);
  });

  test('stay in use if their replacement is broken', () => {
    const lists = openSignInLists(settings({ addressList: fileOf('good.txt', '192.0.2.0/24') }));
    expect(() => lists.replacement(settings({ addressList: fileOf('bad.txt', '?') }))).toThrow(/line 1/);
    expect(lists.current().addresses?.has('192.0.2.7')).toBe(true);
    const use = lists.replacement(settings({ addressList: fileOf('next.txt', '198.51.100.0/24') }));
    expect(lists.current().addresses?.has('192.0.2.7')).toBe(true);
    use();
    expect(lists.current().addresses?.has('192.0.2.7')).toBe(false);
  });
});

describe('impossible travel', () => {
  const HOUR = 3_600_000;
  const vienna = { country: 'AT', latitude: 48.21, longitude: 16.37 };
  const sydney = { country: 'AU', latitude: -33.87, longitude: 151.21 };
  const graz = { country: 'AT', latitude: 47.07, longitude: 15.44 };
  const fiji = { country: 'FJ', latitude: -18.14, longitude: 178.44 };
  const samoa = { country: 'WS', latitude: -13.83, longitude: -171.77 };

  test.each([
    ['round the world within an hour', vienna, sydney, HOUR, true],
    ['round the world within a day', vienna, sydney, 24 * HOUR, false],
    ['to a neighbouring town at once', vienna, graz, 0, false],
    ['across the date line in two hours', fiji, samoa, 2 * HOUR, false],
    ['with a clock that went back', vienna, sydney, -HOUR, true],
    ['from where only the country is known', { country: 'AT' }, sydney, HOUR, undefined],
    ['to where nothing is known', vienna, {}, HOUR, undefined],
  ])('%s', (_what, from, to, took, expected) => {
    expect(isImpossibleTravel(from, to, took)).toBe(expected);
  });
});
