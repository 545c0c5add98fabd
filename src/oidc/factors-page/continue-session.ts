import type { Context } from 'koa';
import type { AccountRoutesDependencies } from '../account-page/account-routes.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import { renewSession } from '../library/browser-session.ts';

interface Continued {
  readonly found: SignedIn;
  readonly generation: number;
  readonly amr?: readonly string[];
  readonly addedFactor?: true;
}

/**
 * After a change that ended all logins of a person: the session in which they made it goes on, with a new id, and all others are removed.
 * Its sign-in is as old as before.
 * @param amr what the change has proved in addition to the sign-in.
 * @param addedFactor whether it added a factor that has not been shown in a sign-in so far.
 * @returns the person after the change; `undefined` if they or the session are gone.
 */
export async function continueSession(
  { provider, records, signIn }: Pick<AccountRoutesDependencies, 'provider' | 'records' | 'signIn'>,
  ctx: Context,
  { found, generation, amr = [], addedFactor }: Continued,
): Promise<SignedIn | undefined> {
  const { session } = found;
  const { subject } = found.person;
  Object.assign(session, {
    loginGeneration: generation,
    amr: [...new Set([...(session.amr ?? []), ...amr])],
    ...(addedFactor && { loginAddedFactor: true }),
  });
  const goesOn = await renewSession(provider(), ctx, session);
  await records.endOtherSessions(subject, session.uid);
  if (!goesOn) return undefined;
  const person = await signIn.people.bySubject(subject);
  return person && { person, session };
}
