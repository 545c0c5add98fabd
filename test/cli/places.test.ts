import { describe, expect, test } from '@jest/globals';
import { placesOf } from '../../src/cli/places.ts';

describe('where the files are', () => {
  test.each([
    {
      of: 'Linux',
      machine: { platform: 'linux', env: {}, home: '/people/ann' },
      sessions: '/people/ann/.cache/rolecall/sessions',
      profiles: '/people/ann/.config/rolecall/profiles.json',
      awsConfig: '/people/ann/.aws/config',
      awsCredentials: '/people/ann/.aws/credentials',
    },
    {
      of: 'Linux, XDG directories',
      machine: { platform: 'linux', env: { XDG_CACHE_HOME: '/c', XDG_CONFIG_HOME: '/f' }, home: '/people/ann' },
      sessions: '/c/rolecall/sessions',
      profiles: '/f/rolecall/profiles.json',
      awsConfig: '/people/ann/.aws/config',
      awsCredentials: '/people/ann/.aws/credentials',
    },
    {
      of: 'Linux, relative XDG directories, which are invalid',
      machine: { platform: 'linux', env: { XDG_CACHE_HOME: 'c', XDG_CONFIG_HOME: '' }, home: '/people/ann' },
      sessions: '/people/ann/.cache/rolecall/sessions',
      profiles: '/people/ann/.config/rolecall/profiles.json',
      awsConfig: '/people/ann/.aws/config',
      awsCredentials: '/people/ann/.aws/credentials',
    },
    {
      of: 'macOS',
      machine: { platform: 'darwin', env: { AWS_CONFIG_FILE: '/etc/aws' }, home: '/people/ann' },
      sessions: '/people/ann/Library/Caches/rolecall/sessions',
      profiles: '/people/ann/Library/Application Support/rolecall/profiles.json',
      awsConfig: '/etc/aws',
      awsCredentials: '/people/ann/.aws/credentials',
    },
    {
      of: 'Windows',
      machine: {
        platform: 'win32',
        env: { LOCALAPPDATA: 'D:\\Local', APPDATA: 'D:\\Roaming' },
        home: 'C:\\Users\\Ann B',
      },
      sessions: 'D:\\Local\\rolecall\\sessions',
      profiles: 'D:\\Roaming\\rolecall\\profiles.json',
      awsConfig: 'C:\\Users\\Ann B\\.aws\\config',
      awsCredentials: 'C:\\Users\\Ann B\\.aws\\credentials',
    },
    {
      of: 'Windows without variables',
      machine: { platform: 'win32', env: {}, home: 'C:\\Users\\Ann B' },
      sessions: 'C:\\Users\\Ann B\\AppData\\Local\\rolecall\\sessions',
      profiles: 'C:\\Users\\Ann B\\AppData\\Roaming\\rolecall\\profiles.json',
      awsConfig: 'C:\\Users\\Ann B\\.aws\\config',
      awsCredentials: 'C:\\Users\\Ann B\\.aws\\credentials',
    },
  ] as const)('$of', ({ machine, of: _, ...expected }) => {
    expect(placesOf(machine)).toEqual(expected);
  });

  test('no home directory is refused, instead of writing secrets to the working directory', () => {
    expect(() => placesOf({ platform: 'linux', env: {}, home: '' })).toThrow('set HOME');
  });
});
