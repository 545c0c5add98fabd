import { describe, expect, test } from '@jest/globals';
import { credentialProcess, requireNotInCredentials, withProfile } from '../../src/cli/aws-config.ts';

const SETTINGS = { credential_process: '"/n" "/rolecall.js" credentials --profile dev', endpoint_url: 'https://x' };
const REGION = { region: 'us-east-1' };
const written = (text: string, profile = 'dev'): string => withProfile(text, profile, SETTINGS, REGION);
const OURS = [
  'region = us-east-1',
  'credential_process = "/n" "/rolecall.js" credentials --profile dev',
  'endpoint_url = https://x',
];

describe('the configuration file of the AWS tools', () => {
  test('is made', () => {
    expect(written('')).toBe(['[profile dev]', ...OURS, ''].join('\n'));
  });

  test('keeps everything else, and is the same the second time', () => {
    const before = '# mine\n[default]\nregion = eu-west-1\n\n[profile prod]\nsso_session = x\n';
    const once = written(before);
    expect(once).toBe(`${before}\n${['[profile dev]', ...OURS, ''].join('\n')}`);
    expect(written(once).split('\n').sort()).toEqual(once.split('\n').sort());
    expect(written(written(once))).toBe(written(once));
  });

  test('keeps the settings of the profile that are not ours, and its line ends', () => {
    const before =
      '[profile dev]\r\nregion = eu-north-1\r\noutput = json\r\nendpoint_url = https://old\r\n[profile z]\r\n';
    expect(written(before)).toBe(
      ['[profile dev]', ...OURS.slice(1), 'region = eu-north-1', 'output = json', '[profile z]', ''].join('\r\n'),
    );
  });

  test('the default profile has a header of its own', () => {
    expect(written('', 'default')).toMatch(/^\[default\]\n/);
    expect(written('[ default ] # main\noutput = text\n', 'default')).toContain('output = text');
  });

  test.each([
    'aws_access_key_id = AKIA',
    'role_arn = arn:aws:iam::111122223333:role/x',
    'sso_session = corp',
    'Role_Arn: arn:aws:iam::111122223333:role/x',
    'services = local',
    'credential_process = /usr/bin/other-tool',
  ])('does not take a profile that gets its credentials elsewhere: %s', (line) => {
    expect(() => written(`[profile dev]\n${line}\n`)).toThrow('gets its credentials elsewhere');
  });
});

test('does not take a profile that the credentials file has keys of', () => {
  const keys = '[default]\naws_access_key_id = AKIA\n[ dev ]\naws_access_key_id = AKIB\n';
  expect(() => requireNotInCredentials(keys, 'dev')).toThrow('credentials file');
  expect(() => requireNotInCredentials(keys, 'other')).not.toThrow();
});

describe('credential_process', () => {
  test.each([
    [['/usr/bin/node', '/people/ann b/r.js'], '"/usr/bin/node" "/people/ann b/r.js" credentials --profile dev'],
    [
      ['C:\\Program Files (x86)\\node.exe', 'C:\\r.js'],
      '"C:\\Program Files (x86)\\node.exe" "C:\\r.js" credentials --profile dev',
    ],
    [['/people/bjørn/node'], '"/people/bjørn/node" credentials --profile dev'],
  ])('%j', (program, expected) => {
    expect(credentialProcess(program, 'dev')).toBe(expected);
  });

  test.each(['/a"b', '/a$(id)', '/a`id`', '/a\nb', 'C:\\%PATH%\\x', '/a;b', 'C:\\dir\\'])(
    '%j is refused: a shell could read it in another way',
    (path) => {
      expect(() => credentialProcess([path], 'dev')).toThrow('install the command in another directory');
    },
  );
});
