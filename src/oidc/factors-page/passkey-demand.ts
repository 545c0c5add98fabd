import type { Context } from 'koa';
import type { Person } from '../../identity/credentials/people.ts';
import { isAtLeast, strengthOf } from '../../identity/credentials/strength.ts';
import { passkeysOf } from '../../identity/passkeys/passkeys-of.ts';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SignInEnforcement } from '../../sign-in/enforcement.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import { OWN_CLIENT_ID } from '../own-client.ts';

interface DemandDependencies {
  readonly enforcement: SignInEnforcement | undefined;
  readonly store: Pick<IdentityStore, 'users' | 'groups'>;
  readonly clock: Clock;
  readonly factsOf: (request: Context['req']) => RequestFacts;
  readonly deviceOf: (ctx: Context) => string | undefined;
}

/** What an authenticator app and passkeys add to `amr`. A recovery code, which stands in for a lost one, adds none of them. */
const SHOWN = ['otp', 'hwk', 'swk'];

/**
 * Whether a person must show the passkey that they have before they change their factors: those who are asked for one by the sign-in policy, as
 * administrators, or as members of a privileged group. Otherwise a thief of a weaker factor would add a passkey of their own, and be as strong.
 * A person who signed in with a recovery code has lost the passkey, and may replace it. The first passkey needs none.
 */
export function passkeyDemand({ enforcement, store, clock, factsOf, deviceOf }: DemandDependencies) {
  const asksOf = async (ctx: Context, { person, session }: SignedIn, judge: SignInEnforcement['judge']) => {
    const isDue = judge.rule.days > 0 || person.kind === 'root';
    if ((isDue && (await judge.isPrivileged(person))) || (await isMemberOfPrivileged(store, person))) return true;
    if (person.signInPolicy === undefined) return false;
    const { loginOrigin: origin, amr = [] } = session as SignedInSession;
    const { ip } = factsOf(ctx.req);
    const device = deviceOf(ctx) ?? '';
    const link = origin && person.links.find(({ id }) => id === origin.link);
    const { lacks } = await judge.simulate(
      {
        ...{ person, amr, origin, app: OWN_CLIENT_ID, ip, device, recentFailures: 0, now: clock.now() },
        ...{ first: origin === undefined ? 'password' : 'connector', connector: link?.connector },
      },
      { ...person.signInPolicy, facts: new Map() },
    );
    return lacks === 'phishing-resistant-factor';
  };
  return async (ctx: Context, found: SignedIn): Promise<boolean> => {
    const rpId = enforcement?.passkeys.rpId;
    if (enforcement === undefined || rpId === undefined || passkeysOf(found.person, rpId).length === 0) return false;
    const { loginOrigin: origin, amr = [] } = found.session as SignedInSession;
    if (isAtLeast(strengthOf({ amr, origin }), 'phr')) return false;
    const isByRecoveryCode = origin === undefined && amr.includes('mfa') && !amr.some((each) => SHOWN.includes(each));
    return !isByRecoveryCode && (await asksOf(ctx, found, enforcement.judge));
  };
}

async function isMemberOfPrivileged(
  { users, groups }: Pick<IdentityStore, 'users' | 'groups'>,
  { accountId, subject, kind }: Person,
): Promise<boolean> {
  if (kind === 'root') return false;
  const { groupIds = [] } = (await users.get([accountId, subject])) ?? {};
  const found = await Promise.all(groupIds.map((groupId) => groups.get([accountId, groupId])));
  return found.some((group) => group?.isPrivileged === true);
}
