import { posix, win32 } from 'node:path';
import { Failure } from './failure.ts';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory. */
  readonly home: string;
}

/** Where the command keeps its files. */
export interface Places {
  /** Sign-ins and credentials: secret. */
  readonly sessions: string;
  /** The file of profiles: no secrets. */
  readonly profiles: string;
  /** The configuration file of the AWS tools. */
  readonly awsConfig: string;
  /** Their file of keys. */
  readonly awsCredentials: string;
}

/**
 * The places that each system has for such files: the XDG base directories, `~/Library`, or `%LOCALAPPDATA%` and `%APPDATA%`.
 * @throws {Failure} if the home directory is unknown.
 */
export function placesOf({ platform, env, home }: Machine): Places {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  if (!isAbsolute(home)) throw new Failure('the home directory is not known: set HOME');
  // XDG Base Directory Specification: relative paths are invalid and must be ignored.
  const given = (name: string, fallback: string): string => {
    const value = env[name];
    return value !== undefined && isAbsolute(value) ? value : fallback;
  };
  const roots: Record<string, () => readonly [sessions: string, profiles: string]> = {
    win32: () => [
      join(given('LOCALAPPDATA', join(home, 'AppData', 'Local')), 'rolecall'),
      join(given('APPDATA', join(home, 'AppData', 'Roaming')), 'rolecall'),
    ],
    darwin: () => [
      join(home, 'Library', 'Caches', 'rolecall'),
      join(home, 'Library', 'Application Support', 'rolecall'),
    ],
  };
  const ofUnix = (): readonly [string, string] => [
    join(given('XDG_CACHE_HOME', join(home, '.cache')), 'rolecall'),
    join(given('XDG_CONFIG_HOME', join(home, '.config')), 'rolecall'),
  ];
  const [sessions, profiles] = (roots[platform] ?? ofUnix)();
  return {
    sessions: join(sessions, 'sessions'),
    profiles: join(profiles, 'profiles.json'),
    awsConfig: env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    awsCredentials: env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
  };
}
