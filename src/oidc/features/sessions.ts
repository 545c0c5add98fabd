import type { Configuration, Session } from 'oidc-provider';
import { sessionCookie } from '../library/browser-session.ts';

/** NIST SP 800-63B-4 §2.2.3, AAL2. */
export interface SessionLimits {
  readonly idleSeconds: number;
  /** Counted from the sign-in. */
  readonly absoluteSeconds: number;
}

export const SESSION_LIMITS: SessionLimits = { idleSeconds: 3600, absoluteSeconds: 24 * 3600 };
/** The maximum duration of a sign-in, in seconds. */
const INTERACTION_LIFETIME = 1800;

function remaining(session: Session, { idleSeconds, absoluteSeconds }: SessionLimits, now: number): number {
  if (session.loginTs === undefined) return idleSeconds;
  return Math.max(1, Math.min(idleSeconds, session.loginTs + absoluteSeconds - now));
}

/**
 * Sessions end when idle, and at the latest some time after the sign-in. Over https, the session cookie is bound to this host (`__Host-`,
 * RFC 6265bis §4.1.3.2); the other two have their own paths and can only be `__Secure-`.
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
        // Both identify the interaction, each on its own path: where it is answered, and where the browser continues.
        interaction,
        resume: interaction,
      },
      keys: [...cookieKeys],
      long: sessionCookie(secure),
      short: { httpOnly: true, sameSite: 'lax', secure },
    },
  };
}
