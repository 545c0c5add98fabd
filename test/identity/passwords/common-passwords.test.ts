import { describe, expect, test } from '@jest/globals';
import { generatedPasswords, LISTED, PADDINGS, passphrases } from '../../../harness/guessable-passwords.ts';
import { checkPasswordPolicy } from '../../../src/identity/passwords/password-policy.ts';

function isRefused(password: string, contextWords: readonly string[] = []): boolean {
  try {
    checkPasswordPolicy({ password, policy: undefined, hasMfa: false, contextWords });
    return false;
  } catch {
    return true;
  }
}

describe('[S22] a common password is refused, however it is lengthened', () => {
  test.each(Object.entries(PADDINGS))('%s: 99 of 100', (_, pad) => {
    const padded = LISTED.map(pad);
    expect(padded.every((password) => password.length >= 15)).toBe(true);
    const accepted = padded.filter((password) => !isRefused(password));
    expect(accepted.length).toBeLessThanOrEqual(LISTED.length / 100);
  });

  test.each([
    'password123456789',
    'Password123456789!',
    'iloveyou123456789',
    '111111111111111a',
    'P@55w0rd!!!!!!!!!!!',
    '$ecurity12345678',
    'dragon-dragon-2024',
    'dragon1dragon1dragon1',
    'paaasssswooooord',
    'pássword12345678',
    '1234 5678 9012 345',
    '1987-04-12-1990-07',
  ])('%s', (password) => {
    expect(isRefused(password)).toBe(true);
  });

  test.each([
    ['jsmith', 'JSm1th123456789!'],
    ['jsmith', 'dragon.jsmith.2024'],
    ['examplecorp', '2024ExampleCorp2024!!'],
    ['jdoe.smithers@example.com', 'smithers99999999999'],
    ['rolecall', 'R0leC@ll0123456789'],
  ])('nor one built from %s: %s', (word, password) => {
    expect(isRefused(password, [word])).toBe(true);
    expect(isRefused('lantern grove kettle', [word])).toBe(false);
  });
});

describe('[S22] a good password is not refused', () => {
  test('2,000 passphrases of listed words', () => {
    expect(passphrases(2000).filter((password) => isRefused(password))).toEqual([]);
  });

  test('2,000 generated passwords', () => {
    expect(generatedPasswords(2000).filter((password) => isRefused(password))).toEqual([]);
  });

  test('[S21] a number of twenty digits or more', () => {
    expect(isRefused('48392017563829104756')).toBe(false);
  });
});
