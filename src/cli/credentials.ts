import { type Context, type Options, requiredOption } from './command-context.ts';
import { SignedOut } from './failure.ts';
import { obtainCredentials } from './obtain-credentials.ts';
import { findProfile, requireProfileName } from './profiles.ts';
import { openSessions } from './sessions.ts';

/**
 * Prints the credentials of a profile in the format of `credential_process`. The AWS tools run this in the background and hide what it
 * says, so it never asks for anything: without a sign-in, it fails and names the command to run.
 */
export async function credentials({ places, print }: Context, options: Options): Promise<void> {
  const name = requireProfileName(requiredOption(options, 'profile'));
  const profile = await findProfile(places.profiles, name);
  try {
    const found = await obtainCredentials(openSessions(places.sessions), profile);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = found;
    print(`${JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration })}\n`);
  } catch (error) {
    if (!(error instanceof SignedOut)) throw error;
    throw new SignedOut(`${error.message}. Sign in: rolecall login --profile ${name}`, { cause: error });
  }
}
