import { describe, expect, test } from '@jest/globals';
import type { PasswordPolicy } from '../../../src/identity/documents/account.ts';
import { isCommonPassword } from '../../../src/identity/passwords/common-passwords.ts';
import { checkPasswordPolicy } from '../../../src/identity/passwords/password-policy.ts';

const aws: PasswordPolicy = {
  minimumPasswordLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: true,
  maxPasswordAge: 0,
  passwordReusePrevention: 0,
  hardExpiry: false,
};

function check(
  password: string,
  options: { policy?: PasswordPolicy; hasMfa?: boolean; contextWords?: string[] } = {},
): string {
  try {
    const { policy, hasMfa = false, contextWords = [] } = options;
    checkPasswordPolicy({ password, policy, hasMfa, contextWords });
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ code: 'PasswordPolicyViolation', status: 400 });
    return (error as Error).message;
  }
}

describe('the default password policy', () => {
  test.each([
    ['14 characters alone', 'vexing-otters4', false, 'Password should have a minimum length of 15'],
    ['15 characters alone', 'vexing-otters-4', false, 'accepted'],
    ['7 with MFA', 'vexotr4', true, 'Password should have a minimum length of 8'],
    ['8 with MFA', 'vexotrs4', true, 'accepted'],
    ['64 characters', 'lantern grove, otters at dusk; the kettle hums a slow tune 4 you.', false, 'accepted'],
    [
      '128 characters',
      'añ9'.repeat(3).concat([...Array(119).keys()].map((i) => 'bdfhkmprtvxz'[(i * i + 7) % 12]).join('')),
      false,
      'accepted',
    ],
    [
      '129 characters',
      [...Array(129).keys()].map((i) => 'bdfhkmprtvxz'[(i * i + 7) % 12]).join(''),
      false,
      'Password should have a maximum length of 128',
    ],
    ['characters count, not bytes: 15 of other scripts', 'ключвозеро🔑ночью', false, 'accepted'],
  ])('[S20] %s', (_, password, hasMfa, expected) => {
    expect(check(password, { hasMfa })).toBe(expected);
  });

  test('[S21] has no composition rules', () => {
    expect(check('onlyloweletterstrolley')).toBe('accepted');
  });
});

describe('[S22] likely guesses are refused', () => {
  test.each([
    'password123',
    'Passw0rd!',
    'P@ssw0rd2024',
    'qwertyuiop',
    '1q2w3e4r5t',
    'letmein1',
    'iloveyou',
    'admin123',
    'Welcome1!',
    '123456789012345',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    'passwordpassword',
    'qwertyuiopasdfgh',
    '111111',
    'monkey',
    'correcthorsebatterystaple',
    'summer2025!',
    'zaq12wsx',
    'trustno1',
    'SuperUser2020',
    'abcdefghijklmnop',
    '1qaz2wsx3edc',
  ])('%s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.each(['vexing-otters-4', 'plum-gearbox-tundra', 'Tr7#kQz9-mWx2', 'ключвозеро🔑ночью'])(
    'but not %s',
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );

  test.each([
    ['anastasia-2025!', ['anastasia']],
    ['examplecorp12345', ['examplecorp']],
    ['jdoe.smithers.1', ['jdoe.smithers@example.com']],
  ])('%s for one near %j', (password, contextWords) => {
    expect(check(password, { contextWords })).toBe('Password should not be built from your name, account or address');
  });
});

describe('an account’s own policy', () => {
  test.each([
    [{ minimumPasswordLength: 6 }, 'vexot', 'Password should have a minimum length of 6'],
    [{ minimumPasswordLength: 6 }, 'vexotr', 'accepted'],
    [{ requireSymbols: true }, 'vexotter7', 'Password should have at least one symbol'],
    [{ requireNumbers: true }, 'vexotter-', 'Password should have at least one number'],
    [{ requireUppercaseCharacters: true }, 'vexotter', 'Password should have at least one uppercase letter'],
    [{ requireLowercaseCharacters: true }, 'VEXOTTER', 'Password should have at least one lowercase letter'],
    [
      {
        requireSymbols: true,
        requireNumbers: true,
        requireUppercaseCharacters: true,
        requireLowercaseCharacters: true,
      },
      'vexOtter-7',
      'accepted',
    ],
  ])('%j holds %s: %s', (change, password, expected) => {
    expect(check(password, { policy: { ...aws, ...change } })).toBe(expected);
  });
});
