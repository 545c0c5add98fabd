import { Failure, SignedOut } from './failure.ts';
import type { Profile } from './profiles.ts';
import { fetchCredentials, type RoleCredentials, refreshTokens } from './server.ts';
import type { Session, Sessions } from './sessions.ts';

/** Credentials are renewed this long before they end, in ms: SDKs ask for new ones 10 to 15 minutes before. */
const RENEW_BEFORE_MS = 15 * 60_000;
/** Of shorter ones, this part of their lifetime at most. */
const RENEW_PART = 0.25;
const DEFAULT_SECONDS = 3600;

function keyOf({ roleArn, durationSeconds }: Profile): string {
  return `${roleArn} ${durationSeconds ?? DEFAULT_SECONDS}`;
}

/** The stored credentials of a profile, if they last a while. */
function freshCredentials(session: Session, profile: Profile, now: number): RoleCredentials | undefined {
  const found = session.credentials[keyOf(profile)];
  if (found === undefined) return undefined;
  const lifetimeMs = (profile.durationSeconds ?? DEFAULT_SECONDS) * 1000;
  const renewBefore = Math.min(RENEW_BEFORE_MS, lifetimeMs * RENEW_PART);
  return Date.parse(found.Expiration) - renewBefore > now ? found : undefined;
}

/**
 * Credentials of a profile's role: stored ones, or new ones by the refresh token.
 *
 * INVARIANT: a refresh token works once, and using it twice ends the sign-in at the server (RFC 9700 §4.14). So only the holder of the
 * lock uses it, after reading it again, and the new one is stored before anything else is done.
 * @throws {SignedOut} if there is no sign-in, or it has ended.
 */
export async function obtainCredentials(
  sessions: Sessions,
  profile: Profile,
  now: () => number = Date.now,
): Promise<RoleCredentials> {
  const stored = await sessions.read(profile.endpoint);
  if (stored === undefined) throw new SignedOut(`nobody is signed in to ${profile.endpoint}`);
  return (
    freshCredentials(stored, profile, now()) ??
    (await sessions.exclusively(profile.endpoint, () => renewCredentials(sessions, profile, now)))
  );
}

async function renewCredentials(sessions: Sessions, profile: Profile, now: () => number): Promise<RoleCredentials> {
  const session = await sessions.read(profile.endpoint);
  if (session === undefined) throw new SignedOut(`nobody is signed in to ${profile.endpoint}`);
  // Another process may have renewed them while this one waited.
  const fresh = freshCredentials(session, profile, now());
  if (fresh !== undefined) return fresh;
  const { tokenEndpoint, credentialsEndpoint, refreshToken } = session;
  let tokens: Awaited<ReturnType<typeof refreshTokens>>;
  try {
    tokens = await refreshTokens(tokenEndpoint, refreshToken);
  } catch (error) {
    if (error instanceof SignedOut) await forgetEnded(sessions, session);
    throw error;
  }
  const renewed = { ...session, refreshToken: tokens.refreshToken };
  await sessions.write(renewed);
  const credentials = await fetchCredentials(credentialsEndpoint, tokens.accessToken, {
    roleArn: profile.roleArn,
    durationSeconds: profile.durationSeconds,
  });
  const live = Object.entries(session.credentials).filter(([, { Expiration }]) => Date.parse(Expiration) > now());
  await sessions.write({ ...renewed, credentials: { ...Object.fromEntries(live), [keyOf(profile)]: credentials } });
  return credentials;
}

/** Removes a sign-in that has ended, unless somebody has signed in again meanwhile. */
async function forgetEnded(sessions: Sessions, ended: Session): Promise<void> {
  const current = await sessions.read(ended.endpoint).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  if (current?.refreshToken === ended.refreshToken) await sessions.remove(ended.endpoint);
}
