import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { html } from '../../src/http/html.ts';
import { credentialTexts } from '../../src/sign-in/start/credential-texts.ts';

/** What a key, a token or an address may have, and what a shell could take for something else. */
const VALUES = [
  'NsiaQtn41d4IP905x6Ra2GlSlQaqTpDwlAqPxTyj',
  'a+b/c==',
  'eyJhbGciOiJFZERTQSJ9.e30.a-b_c',
  "it's",
  '\u2018typographic\u2019 \u201aquotes\u201b',
  'https://iam.example.com/~team;a=1&b=$HOME`id`$(id)!|<x>(y)@{z}#',
  'https://iam.example.com/%7Eteam%2Fb',
  ' spaces at both ends ',
];

function textsOf(value: string): ReadonlyMap<string, string> {
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: value, sessionToken: value, expiration: new Date(0) };
  const texts = credentialTexts({ credentials, endpoint: value, profile: 'dev' });
  return new Map(texts.map(({ name, text }) => [html`${name}`.markup, text]));
}

const expected = (value: string) => ({
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: value,
  AWS_SESSION_TOKEN: value,
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: value,
});

/**
 * PowerShell Language Specification §2.3.5.2.2, verbatim string literals: ended by a single-quote character (U+0027, U+2018 to U+201B), of
 * which two in a row stand for the second.
 */
function readPowerShell(text: string): Record<string, string> {
  const quote = "['\u2018\u2019\u201a\u201b]";
  const assignment = new RegExp(
    `\\$Env:(\\w+)=${quote}((?:(?!${quote})[^\\n]|${quote}${quote})*)${quote}(?:\\n|$)`,
    'y',
  );
  const found: Record<string, string> = {};
  while (assignment.lastIndex < text.length) {
    const at = assignment.lastIndex;
    const [, name = '', value = ''] = assignment.exec(text) ?? [];
    if (name === '') throw new Error(`not an assignment: ${text.slice(at)}`);
    found[name] = value.replace(new RegExp(`${quote}(${quote})`, 'g'), '$1');
  }
  return found;
}

/**
 * `set /?` and the documented order of cmd.exe: variables between percent signs are replaced first (at the prompt, unknown ones stay), then
 * special characters count outside double quotes only, then `set` takes what is between the first and the last double quote.
 */
function readCommandPrompt(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').map((line) => {
      const replaced = line.replace(/%([^%]+)%/g, (all, name: string) => known[name.toUpperCase()] ?? all);
      const outside = replaced.split('"').filter((_, index) => index % 2 === 0);
      if (outside.some((part) => /[&|<>^()]/.test(part)))
        throw new Error(`a special character outside of quotes: ${line}`);
      const [, name = '', value = ''] = /^set "([^=]+)=(.*)"[^"]*$/.exec(replaced) ?? [];
      return [name, value];
    }),
  );
}

test.each(VALUES)('PowerShell reads %j as it is', (value) => {
  expect(readPowerShell(textsOf(value).get('PowerShell') ?? '')).toEqual(expected(value));
});

test('the reading of PowerShell notices a quote that is not doubled', () => {
  expect(() => readPowerShell("$Env:A='it's'")).toThrow('not an assignment');
});

test.each(VALUES)('the Windows command prompt reads %j as it is', (value) => {
  const variables = { PATH: 'C:\\Windows', HOME: 'C:\\Users\\ann' };
  expect(readCommandPrompt(textsOf(value).get('Windows command prompt') ?? '', variables)).toEqual(expected(value));
});

test.each(VALUES)('sh reads %j as it is', (value) => {
  const script = `${textsOf(value).get('bash or zsh')}\nfor name in ${Object.keys(expected('')).join(' ')}; do eval "printf '%s\\0' \\"\\$$name\\""; done`;
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } });
  expect(printed.split('\0').slice(0, -1)).toEqual(Object.values(expected(value)));
});

test.each(VALUES.filter((value) => value.trim() === value))(
  'the JSON of credential_process has %j as it is',
  (value) => {
    expect(JSON.parse(textsOf(value).get('JSON for credential_process') ?? '')).toMatchObject({ SessionToken: value });
  },
);
