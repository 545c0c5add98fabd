import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { newPasswordFields, SHOW_PASSWORDS } from '../../src/http/password-field.ts';
import {
  checkPasswordPolicy,
  type PasswordToCheck,
  passwordRules,
} from '../../src/identity/passwords/password-policy.ts';

/** The page's script, on a stand-in for the few parts of a document that it uses. */

const AWS = {
  minimumPasswordLength: 6,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercaseCharacters: true,
  requireLowercaseCharacters: true,
  allowUsersToChangePassword: true,
  maxPasswordAge: 0,
  passwordReusePrevention: 0,
  hardExpiry: false,
};
const DEFAULT = { policy: undefined, contextWords: ['alice', 'alice@corp.example', 'rolecall'], hasMfa: false };

/** What the page says once a password, and its repetition, were typed. */
function hint(candidate: Omit<PasswordToCheck, 'password'>, password: string, repeated = '', language = 'en'): string {
  const markup = newPasswordFields(passwordRules(candidate), false).in(language);
  const attributes = /<p [^>]*data-rules[^>]*>/.exec(markup)?.[0] ?? '';
  const unescaped = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const dataset = Object.fromEntries(
    [...attributes.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value = '']) => [name, unescaped(value)]),
  );
  const listeners: (() => void)[] = [];
  const field = (value: string) => ({ value, addEventListener: (_: string, call: () => void) => listeners.push(call) });
  const elements = { newPassword: field(password), repeated: field(repeated) };
  const said = { dataset, textContent: '', closest: () => ({ elements }) };
  const document = { querySelectorAll: () => [], querySelector: () => said };
  const script = SHOW_PASSWORDS.markup.replace(/^<script type="module">|<\/script>$/g, '');
  runInNewContext(script, { document });
  for (const call of listeners) call();
  return said.textContent;
}

function refusal(candidate: PasswordToCheck): string {
  try {
    checkPasswordPolicy(candidate);
    return '';
  } catch (error) {
    return `${(error as Error).message}.`;
  }
}

test.each([
  ['too short', DEFAULT, 'vexing-otters4'],
  ['too long', DEFAULT, 'kettle lantern '.repeat(9)],
  ['a number', DEFAULT, '+49 30/1234-56789'],
  ['a longer number of 15 digits', DEFAULT, '314159265358979'],
  ['a piece repeated', DEFAULT, 'Otter Otter otter'],
  ['mostly the own name', DEFAULT, 'alice-alice-2026!'],
  ['mostly the own address', DEFAULT, 'Alice@Corp.Example'],
  ['without an uppercase letter', { ...DEFAULT, policy: AWS }, 'kettle-4'],
  ['without a lowercase letter', { ...DEFAULT, policy: AWS }, 'KETTLE-4'],
  ['without a number', { ...DEFAULT, policy: AWS }, 'Kettle-x'],
  ['without a symbol', { ...DEFAULT, policy: AWS }, 'Kettle4x'],
])('[S20] [S22] the page says what is weak while it is typed, as the server does: %s', (_, candidate, password) => {
  const said = hint(candidate, password);
  expect(said).not.toBe('');
  expect(said).toBe(refusal({ ...candidate, password }));
});

test.each([
  'vexing-otters-4',
  'ключвозеро🔑ночью',
  'my name is not alice, is it?',
  '31415926535897932384',
  'añ9ño bdfhk mprtvx',
])('it finds no fault with what the server accepts: %s', (password) => {
  expect(refusal({ ...DEFAULT, password })).toBe('');
  expect(hint(DEFAULT, password, password)).toBe('');
});

test('it says when the repetition goes wrong, not while it is incomplete, and nothing before anything is typed', () => {
  expect(hint(DEFAULT, 'vexing-otters-4', 'vexing-o')).toBe('');
  expect(hint(DEFAULT, 'vexing-otters-4', 'vexing-a')).toBe('The two passwords are not the same.');
  expect(hint(DEFAULT, '')).toBe('');
});

test('in the language of the page', () => {
  expect(hint(DEFAULT, 'kurz', '', 'de')).toBe('Das Passwort muss mindestens 15 Zeichen lang sein.');
});
