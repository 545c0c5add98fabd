import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { credentialProcess, requireNotInCredentials, withProfile } from './aws-config.ts';
import { type Context, type Options, requiredOption } from './command-context.ts';
import { codeOf, replaceFile } from './private-file.ts';
import { findProfile, requireProfileName } from './profiles.ts';

/** Any region does: the server has none, but the AWS tools want one. */
const REGION = 'us-east-1';

/** Writes a profile into the configuration file of the AWS tools. */
export async function configureProfile({ places, program, say }: Context, options: Options): Promise<void> {
  const name = requireProfileName(requiredOption(options, 'profile'));
  const { endpoint } = await findProfile(places.profiles, name);
  const keys = await readFile(places.awsCredentials, 'utf8').catch((error: unknown) => missing(error, ''));
  requireNotInCredentials(keys, name);
  // A link, as people have who keep such files in a repository, stays one.
  const path = await realpath(places.awsConfig).catch((error: unknown) => missing(error, places.awsConfig));
  const text = await readFile(path, 'utf8').catch((error: unknown) => missing(error, ''));
  const settings = { credential_process: credentialProcess(program, name), endpoint_url: endpoint };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceFile(path, withProfile(text, name, settings, { region: REGION }));
  say(`${path} has the profile ${name} now. Try: aws sts get-caller-identity --profile ${name}`);
}

function missing(error: unknown, otherwise: string): string {
  if (codeOf(error) === 'ENOENT') return otherwise;
  throw error;
}
