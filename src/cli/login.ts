import { type Context, type Options, requiredOption, textOption } from './command-context.ts';
import { parseEndpoint } from './endpoint.ts';
import { UsageError } from './failure.ts';
import { obtainCredentials } from './obtain-credentials.ts';
import { printable } from './printable.ts';
import { findProfile, type Profile, readProfile, requireProfileName, saveProfile } from './profiles.ts';
import { Refused, revoke } from './server.ts';
import { openSessions, type Sessions } from './sessions.ts';
import { type SignInOptions, signIn } from './sign-in.ts';

/** Signs in, and checks that the profile's role can be opened. */
export async function login(context: Context, options: Options): Promise<void> {
  const { places, say } = context;
  const { endpoint, profile } = await chosenTarget(context, options);
  const sessions = openSessions(places.sessions);
  await signInTo(context, options, { endpoint, sessions });
  if (profile === undefined) return;
  const [name, role] = profile;
  await saveProfile(places.profiles, name, role);
  const { AssumedRoleArn } = await obtainCredentials(sessions, role).catch(async (error: unknown) => {
    const stepUp = error instanceof Refused && options['device'] !== true ? error.stepUp : undefined;
    if (stepUp === undefined) throw error;
    // Once: a person who has no such factor would be asked for ever.
    say('This role needs a passkey or security key: sign in once more, and use it.');
    await signInTo(context, options, { endpoint, sessions, stepUp });
    return await obtainCredentials(sessions, role);
  });
  say(`The profile ${name} is ${printable(AssumedRoleArn)}.`);
  say(`For the AWS tools, run once: rolecall configure-profile --profile ${name}`);
}

interface SignInTarget extends Pick<SignInOptions, 'stepUp'> {
  readonly endpoint: string;
  readonly sessions: Sessions;
}

/** Signs the person in, in the place of the former sign-in to this server. */
async function signInTo(context: Context, options: Options, target: SignInTarget): Promise<void> {
  const { machine, stdin, say } = context;
  const { endpoint, sessions, stepUp } = target;
  const { server, tokens } = await signIn({
    endpoint,
    machine,
    useBrowser: options['no-browser'] !== true,
    onDevice: options['device'] === true,
    stepUp,
    say,
    input: stdin.isTTY ? stdin : undefined,
  });
  const arn = String(tokens.claims['arn'] ?? tokens.claims['sub'] ?? '');
  const former = await sessions.exclusively(endpoint, async () => {
    const replaced = await sessions.readToEnd(endpoint);
    await sessions.write({
      version: 1,
      endpoint,
      tokenEndpoint: server.tokenEndpoint,
      revocationEndpoint: server.revocationEndpoint,
      credentialsEndpoint: server.credentialsEndpoint,
      refreshToken: tokens.refreshToken,
      arn,
      credentials: {},
    });
    return replaced;
  });
  // Somebody who copied the file must not go on with it. If the server cannot be told, that sign-in ends at its own time.
  if (former !== undefined) await revoke(server.revocationEndpoint, former.refreshToken).catch(() => {});
  say(`You are signed in as ${printable(arn)}.`);
}

interface Target {
  readonly endpoint: string;
  readonly profile: readonly [name: string, profile: Profile] | undefined;
}

async function chosenTarget({ places }: Context, options: Options): Promise<Target> {
  const named = textOption(options, 'profile');
  const role = textOption(options, 'role');
  const duration = textOption(options, 'duration');
  if (role !== undefined) {
    const name = requireProfileName(requiredOption(options, 'profile'));
    const profile = readProfile({ endpoint: requiredOption(options, 'endpoint'), role, duration });
    return { endpoint: profile.endpoint, profile: [name, profile] };
  }
  if (duration !== undefined) throw new UsageError('--duration belongs to --role');
  const given = textOption(options, 'endpoint');
  if (named !== undefined) {
    if (given !== undefined) throw new UsageError('--role is missing');
    const profile = await findProfile(places.profiles, requireProfileName(named));
    return { endpoint: profile.endpoint, profile: [named, profile] };
  }
  return { endpoint: parseEndpoint(requiredOption({ endpoint: given }, 'endpoint')), profile: undefined };
}
