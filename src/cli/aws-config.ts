import { Failure } from './failure.ts';

/** The settings that this command writes. */
export type Settings = Readonly<Record<string, string>>;

/** Settings that name another source of credentials, or another use of the profile. */
const OTHER_SOURCES = [
  'aws_access_key_id',
  'credential_source',
  'role_arn',
  'source_profile',
  'sso_account_id',
  'sso_session',
  'sso_start_url',
  'login_session',
  'web_identity_token_file',
  // Names the endpoints of services, which would get this server's credentials.
  'services',
];

/** A section header, with a comment after it if there is one. */
const HEADER = /^\s*\[\s*(.*?)\s*\]\s*(?:[#;].*)?$/;
const SETTING = /^([\w-]+)\s*[=:]\s*(.*?)\s*$/;

/** What the program's own path may have: the tools of AWS, or a shell, give other characters a meaning. */
const PLAIN_PATH = /^[\p{L}\p{N} ./\\:@+~()_-]+$/u;

/**
 * The value of `credential_process`: the path in double quotes, as the AWS tools want it if it has spaces.
 * @throws {Failure} if the path has characters that cannot be quoted everywhere.
 */
export function credentialProcess(program: readonly string[], profile: string): string {
  const quoted = program.map((part) => {
    if (!PLAIN_PATH.test(part) || part.endsWith('\\'))
      throw new Failure(
        `${part} has characters that no tool of AWS can take: install the command in another directory`,
      );
    return `"${part}"`;
  });
  return `${quoted.join(' ')} credentials --profile ${profile}`;
}

/**
 * The text of `~/.aws/config` with the settings in the section of a profile. Other sections, settings and comments stay as they are.
 * @throws {Failure} if the profile gets its credentials elsewhere, which must not be lost.
 */
export function withProfile(text: string, profile: string, settings: Settings, defaults: Settings = {}): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const header = profile === 'default' ? 'default' : `profile ${profile}`;
  const isHeader = (line: string): boolean => (HEADER.exec(line)?.[1] ?? '').replace(/\s+/g, ' ') === header;
  const start = lines.findIndex(isHeader);
  if (start === -1) {
    const all = Object.entries({ ...defaults, ...settings }).map(([name, value]) => `${name} = ${value}`);
    const gap = lines.length > 0 && lines.at(-1) !== '' ? [''] : [];
    return [...lines, ...gap, `[${header}]`, ...all, ''].join(lineEnd);
  }
  const length = lines.slice(start + 1).findIndex((line) => HEADER.test(line));
  const end = length === -1 ? lines.length : start + 1 + length;
  const section = lines.slice(start + 1, end);
  requireNoOtherSource(section, profile);
  const present = new Set(section.flatMap((line) => SETTING.exec(line)?.[1] ?? []));
  const kept = section.filter((line) => !Object.hasOwn(settings, SETTING.exec(line)?.[1] ?? ''));
  const missing = Object.fromEntries(Object.entries(defaults).filter(([name]) => !present.has(name)));
  const added = Object.entries({ ...missing, ...settings }).map(([name, value]) => `${name} = ${value}`);
  return [...lines.slice(0, start + 1), ...added, ...kept, ...lines.slice(end), ''].join(lineEnd);
}

function requireNoOtherSource(section: readonly string[], profile: string): void {
  for (const line of section) {
    const [, written = '', value = ''] = SETTING.exec(line) ?? [];
    const name = written.toLowerCase();
    const isOther = OTHER_SOURCES.includes(name) || (name === 'credential_process' && !isOurs(value));
    if (isOther)
      throw new Failure(
        `the profile ${profile} has ${name} already, so it gets its credentials elsewhere: choose another name, or remove that`,
      );
  }
}

/**
 * The AWS tools take keys in the credentials file before a `credential_process`.
 * @param text of `~/.aws/credentials`. @throws {Failure} if it has the profile.
 */
export function requireNotInCredentials(text: string, profile: string): void {
  if (!text.split(/\r?\n/).some((line) => HEADER.exec(line)?.[1] === profile)) return;
  throw new Failure(
    `the credentials file of the AWS tools has keys of the profile ${profile}, which they would use: choose another name, or remove them`,
  );
}

/** Whether a `credential_process` was written by this command. */
function isOurs(value: string): boolean {
  return /rolecall[^"]*" credentials --profile [\w.-]+$/.test(value);
}
