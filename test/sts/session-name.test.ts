import { describe, expect, test } from '@jest/globals';
import { sessionNameOf, sessionNameOfPerson } from '../../src/sts/session-name.ts';

const HASHED = /^[\w+=,.@-]+==[0-9a-f]{24}$/;

test.each([
  ['alice', 'alice'],
  ['a/b', 'a=2Fb'],
  ['a=2Fb', 'a=3D2Fb'],
  ['\u212A', /^=E2=84=AA$/],
])('the session name of %s', (identity, expected) => {
  expect(sessionNameOf(identity)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

describe('[S31] the session name of a person of a directory', () => {
  const alice = { userName: 'alice', typed: 'alice', subject: 'id-1' };

  test.each(['alice', 'ALICE'])('is the user name if they typed it: %s', (typed) => {
    expect(sessionNameOfPerson({ ...alice, typed })).toBe('alice');
  });

  test('differs between two people with one user name', () => {
    const byMail = { ...alice, typed: 'alice@corp.example' };
    const names = [alice, byMail, { ...byMail, subject: 'id-2' }].map(sessionNameOfPerson);
    expect(new Set(names).size).toBe(3);
    expect(names.slice(1)).toEqual([expect.stringMatching(HASHED), expect.stringMatching(HASHED)]);
    expect(sessionNameOfPerson(byMail)).toBe(names[1]);
  });

  test('is not that of a look-alike whose letter becomes an ASCII one in lower case', () => {
    const kate = { userName: 'kate', typed: 'kate', subject: 'id-1' };
    const imitator = { userName: 'kate', typed: '\u212Aate', subject: 'id-2' };
    expect(sessionNameOfPerson(imitator)).not.toBe(sessionNameOfPerson(kate));
  });

  test('is no longer than STS allows, and two long ones differ', () => {
    const long = { userName: 'a'.repeat(64), typed: 'x', subject: 'id-1' };
    const names = [long, { ...long, subject: 'id-2' }].map(sessionNameOfPerson);
    expect(names.map((name) => name.length)).toEqual([64, 64]);
    expect(names[0]).not.toBe(names[1]);
  });
});
