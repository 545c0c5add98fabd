import { type Context, type Options, textOption } from './command-context.ts';
import { parseEndpoint } from './endpoint.ts';
import { UsageError } from './failure.ts';
import { printable } from './printable.ts';
import { findProfile } from './profiles.ts';
import { revoke } from './server.ts';
import { openSessions, type Sessions } from './sessions.ts';

/** Ends sign-ins. What is stored here goes first, so that it is gone even if the server cannot be reached. */
export async function logout(context: Context, options: Options): Promise<void> {
  const sessions = openSessions(context.places.sessions);
  let count = 0;
  for (const endpoint of await chosenEndpoints(context, sessions, options)) {
    if (await endSession(context, sessions, endpoint)) count++;
  }
  if (count === 0) context.say('Nobody was signed in.');
}

async function chosenEndpoints({ places }: Context, sessions: Sessions, options: Options): Promise<readonly string[]> {
  const profile = textOption(options, 'profile');
  const endpoint = textOption(options, 'endpoint');
  if (profile !== undefined && endpoint !== undefined) throw new UsageError('give --profile or --endpoint, not both');
  if (profile !== undefined) return [(await findProfile(places.profiles, profile)).endpoint];
  return endpoint === undefined ? await sessions.endpoints() : [parseEndpoint(endpoint)];
}

async function endSession({ say }: Context, sessions: Sessions, endpoint: string): Promise<boolean> {
  const ended = await sessions.exclusively(endpoint, async () => {
    const session = await sessions.readToEnd(endpoint);
    await sessions.remove(endpoint);
    return session;
  });
  if (ended === undefined) return false;
  try {
    await revoke(ended.revocationEndpoint, ended.refreshToken);
    say(`You are signed out of ${endpoint}. Credentials that were given out end at their own time, within the hour.`);
  } catch (error) {
    const reason = printable((error as Error).message);
    say(
      `You are signed out here, but ${endpoint} could not be told (${reason}): revoke the access on its account page.`,
    );
  }
  return true;
}
