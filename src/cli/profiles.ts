import { parseEndpoint } from './endpoint.ts';
import { Failure, UsageError } from './failure.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** What a profile stands for: a role at a server. */
export interface Profile {
  readonly endpoint: string;
  readonly roleArn: string;
  readonly durationSeconds?: number | undefined;
}

/** Names that need no quoting in the configuration file of the AWS tools, nor in any shell. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;
const SHORTEST = 900;
const LONGEST = 3600;

/** @throws {UsageError} */
export function requireProfileName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UsageError('--profile: a name has letters, digits, . _ - only, 64 at most');
}

/** @throws {UsageError} */
export function readProfile(given: { endpoint: string; role: string; duration: string | undefined }): Profile {
  const { role: roleArn, duration } = given;
  const endpoint = parseEndpoint(given.endpoint);
  if (!ROLE_ARN.test(roleArn)) throw new UsageError('--role: give the ARN, such as arn:aws:iam::111122223333:role/dev');
  if (duration === undefined) return { endpoint, roleArn };
  const durationSeconds = Number(duration);
  if (!Number.isInteger(durationSeconds) || durationSeconds < SHORTEST || durationSeconds > LONGEST)
    throw new UsageError(`--duration: give ${SHORTEST} to ${LONGEST} seconds`);
  return { endpoint, roleArn, durationSeconds };
}

type Profiles = Readonly<Record<string, Profile>>;

async function readProfiles(path: string): Promise<Profiles> {
  const text = await readPrivateFile(path);
  if (text === undefined) return {};
  try {
    return (JSON.parse(text) as { readonly profiles: Profiles }).profiles;
  } catch (cause) {
    throw new Failure(`${path} cannot be read: remove it, and sign in again with --endpoint and --role`, { cause });
  }
}

/** @throws {Failure} if there is no such profile. */
export async function findProfile(path: string, name: string): Promise<Profile> {
  const profiles = await readProfiles(path);
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found !== undefined) return found;
  throw new Failure(
    `there is no profile ${name}: create it with rolecall login --profile ${name} --endpoint URL --role ARN`,
  );
}

export async function saveProfile(path: string, name: string, profile: Profile): Promise<void> {
  const profiles = { ...(await readProfiles(path)), [name]: profile };
  await writePrivateFile(path, `${JSON.stringify({ profiles }, null, 2)}\n`);
}
