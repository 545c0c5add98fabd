import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import { sessionIdIn } from '../library/browser-session.ts';
import { ownSignInUrl } from '../own-sign-in-url.ts';
import type { PersonRecords } from './person-records.ts';
import { findSignedIn, type SignedInDependencies } from './signed-in.ts';

interface BrowserSignInsDependencies
  extends SignedInDependencies,
    Pick<BrowserSignIns, 'recordEvent' | 'factsOf' | 'startLimit'> {
  readonly records: () => Pick<PersonRecords, 'endSession' | 'holderOf'>;
  readonly mayOpen: BrowserSignIns['mayOpen'];
  readonly publicUrl: string;
  readonly random: Random;
}

/** The sign-ins of browsers, as other protocols share them: by the session of our own pages. */
export function browserSignIns(deps: BrowserSignInsDependencies): BrowserSignIns {
  const { recordEvent, factsOf, startLimit, mayOpen } = deps;
  return {
    recordEvent,
    factsOf,
    startLimit,
    mayOpen,
    async current(ctx) {
      const found = await findSignedIn(deps, ctx);
      if (found === undefined) return undefined;
      const { person, session } = found;
      const { uid, jti } = session;
      const { loginTs = 0, amr = [], loginOrigin: origin }: SignedInSession = session;
      return { person, uid, holder: hashedId(jti), signedInAt: loginTs * 1000, amr, origin };
    },
    urlFor: ({ state, hint, reauthenticate }) =>
      ownSignInUrl(deps, {
        state,
        ...(hint !== undefined && { login_hint: hint }),
        ...(reauthenticate && { prompt: 'login' }),
      }),
    holderOf: (uid) => deps.records().holderOf(uid),
    isHeldBy(ctx, holder) {
      const id = sessionIdIn(deps.provider(), ctx);
      return id !== undefined && hashedId(id) === holder;
    },
    end: async ({ subject, uid }) => void (await deps.records().endSession(subject, uid)),
  };
}
