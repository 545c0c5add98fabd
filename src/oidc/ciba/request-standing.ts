import type { Context } from 'koa';
import type { Client } from 'oidc-provider';
import type { Strength } from '../../identity/credentials/strength.ts';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import { maxSignInAge, mayUseClient } from '../client-access.ts';
import type { BackchannelRequest } from '../library/requests/backchannel-requests.ts';
import { requiredStrength } from '../step-up/asked-acr.ts';
import { isReachable, lackingAcrOf } from '../step-up/step-up.ts';

/** What a person who is signed in can do about a request. */
export type RequestStanding =
  | { readonly kind: 'ready' }
  /** Sign in again first, as strongly as said. */
  | { readonly kind: 'sign-in'; readonly strength: Strength | undefined }
  /** Only deny it: the app is not for them, or requires a sign-in that they cannot reach. */
  | { readonly kind: 'not-assigned' | 'unmet' };

/** The same rules as for an authorization request: assignment, `acr`, the age of the sign-in, and the sign-in policy. */
export async function requestStanding(
  { mayOpen }: Pick<BrowserSignIns, 'mayOpen'>,
  ctx: Context,
  {
    found: { person, session },
    client,
    request,
  }: {
    readonly found: SignedIn;
    readonly client: Client;
    readonly request: BackchannelRequest;
  },
): Promise<RequestStanding> {
  if (!mayUseClient(client, person)) return { kind: 'not-assigned' };
  const { amr = [], loginOrigin: origin, loginTs = 0 }: SignedInSession = session;
  const isSince = loginTs >= request.iat;
  const lacking = lackingAcrOf(session, request.params);
  if (lacking !== undefined) {
    const reachable = isReachable(person, lacking);
    // Only the outside provider knows what it will vouch for, so it is asked once.
    if (reachable === 'here' || (reachable === 'elsewhere' && !isSince)) {
      return { kind: 'sign-in', strength: requiredStrength(lacking) };
    }
    if (lacking.isEssential) return { kind: 'unmet' };
  }
  const ages = [request.params['max_age'], maxSignInAge(client)].filter((age) => age !== undefined).map(Number);
  if (!isSince && ages.some((age) => session.past(age))) return { kind: 'sign-in', strength: undefined };
  const login = { person, amr, origin, uid: session.uid, holder: hashedId(session.jti), signedInAt: loginTs * 1000 };
  return (await mayOpen(ctx, login, { id: client.clientId }))
    ? { kind: 'ready' }
    : { kind: 'sign-in', strength: undefined };
}
