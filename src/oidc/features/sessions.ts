import type { Configuration, Session } from 'oidc-provider';
import { sessionCookie } from '../library/browser-session.ts';

/** NIST SP 800-63B-4 §2.2.3, AAL2. */
export interface SessionLimits {
  readonly idleSeconds: number;
  /** From the sign-in on. */
  readonly absoluteSeconds: number;
}

export const SESSION_LIMITS: SessionLimits = { idleSeconds: 3600, absoluteSeconds: 24 * 3600 };
/** Seconds that a sign-in may take from its start to its end. */
const INTERACTION_LIFETIME = 1800;

function remaining(session: Session, { idleSeconds, absoluteSeconds }: SessionLimits, now: number): number {
  if (session.loginTs === undefined) return idleSeconds;
  return Math.max(1, Math.min(idleSeconds, session.loginTs + absoluteSeconds - now));
}

/**
 * Sessions end when they are not used, and at the latest a while after the sign-in. Over https the session cookie is bound to
 * this host (`__Host-`, RFC 6265bis §4.1.3.2); the other two have a path of their own and so can only be `__Secure-`.
 */
export function sessions({
  limits,
  secure,
  cookieKeys,
}: {
  limits: SessionLimits;
  secure: boolean;
  cookieKeys: readonly string[];
}): Configuration {
  const interaction = secure ? '__Secure-rolecall-interaction' : 'rolecall-interaction';
  return {
    ttl: {
      Session: (_ctx, session) => remaining(session, limits, Math.floor(Date.now() / 1000)),
      Interaction: INTERACTION_LIFETIME,
    },
    cookies: {
      names: {
        session: secure ? '__Host-rolecall-session' : 'rolecall-session',
        // Both name the interaction, each at a path of its own: where it is answered, and where the browser continues.
        interaction,
        resume: interaction,
      },
      keys: [...cookieKeys],
      long: sessionCookie(secure),
      short: { httpOnly: true, sameSite: 'lax', secure },
    },
  };
}
