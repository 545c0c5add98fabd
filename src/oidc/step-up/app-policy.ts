import type { Context } from 'koa';
import type { interactionPolicy as Interactions, KoaContextWithOIDC } from 'oidc-provider';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SignInEnforcement } from '../../sign-in/enforcement.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';
import { mayOpenApp } from '../../sign-in/policy/judge-progress.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { FoundAccount } from '../account-claims.ts';
import { OWN_CLIENT_ID } from '../own-client.ts';

/** Why a sign-in is asked for again: the sign-in policy asks more for this app than for the one that the person signed in to. */
export const APP_POLICY = 'app_policy';

interface AppPolicyDependencies {
  readonly enforcement: SignInEnforcement | undefined;
  readonly recordEvent: RecordSignInEvent;
  readonly factsOf: (request: Context['req']) => RequestFacts;
  readonly devices: KnownDevices;
  readonly clock: Clock;
}

/** Asks the sign-in policy about people who are signed in already and open an app. */
export function appPolicy(deps: AppPolicyDependencies): BrowserSignIns['mayOpen'] {
  const { factsOf, devices, clock } = deps;
  return async (ctx, login, app) => {
    const device = devices.idOf(ctx) ?? devices.newId();
    return await mayOpenApp(deps, { id: login.uid, app, begun: clock.now(), source: factsOf(ctx.req), device }, login);
  };
}

/** Asks for another sign-in where the policy does, once in a request. */
export function addAppPolicy(
  { Check }: typeof Interactions,
  policy: Interactions.DefaultPolicy,
  mayOpen: BrowserSignIns['mayOpen'],
): void {
  const isAllowed = async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { account, client, session, result } = ctx.oidc;
    const person = (account as Partial<FoundAccount> | undefined)?.person;
    // A sign-in in this request was judged for this app. Our own pages also sign in for apps of other protocols, which ask for themselves.
    if (result?.login !== undefined || client?.clientId === OWN_CLIENT_ID) return true;
    if (person === undefined || client === undefined || session === undefined) return true;
    const { amr = [], loginOrigin: origin, loginTs = 0 }: SignedInSession = session;
    const login = { person, amr, origin, uid: session.uid, holder: '', signedInAt: loginTs * 1000 };
    return await mayOpen(ctx as unknown as Context, login, { id: client.clientId });
  };
  policy
    .get('login')
    ?.checks.add(
      new Check(
        APP_POLICY,
        'the sign-in policy asks for another sign-in for this app',
        'login_required',
        async (ctx) => ((await isAllowed(ctx)) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT),
      ),
    );
}
