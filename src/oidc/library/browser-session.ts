import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Session } from 'oidc-provider';
import { isGone } from './records/kept-records.ts';

/** A browser's request and its response, outside oidc-provider's own routes. */
export interface BrowserExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** The options of the session cookie. */
export function sessionCookie(secure: boolean) {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
}

/** The session named by a browser's cookie; a new, anonymous one if it names none. */
export async function browserSession(provider: Provider, { req, res }: BrowserExchange): Promise<Session> {
  return await provider.Session.get(provider.createContext(req, res) as never);
}

/** The id in a browser's session cookie. The session may have ended. */
export function sessionIdIn(provider: Provider, { req, res }: BrowserExchange): string | undefined {
  const { cookies } = provider.createContext(req, res);
  return cookies.get(provider.cookieName('session'), { signed: true });
}

/**
 * Gives a session a new id, and sends the browser its cookie (ASVS 7.2.4). The old cookie becomes invalid. Earlier changes to the session
 * are stored as well.
 * @returns whether it was done; `false` if the session has ended meanwhile.
 */
export async function renewSession(
  provider: Provider,
  { req, res }: BrowserExchange,
  session: Session,
): Promise<boolean> {
  session.resetIdentifier();
  if (!(await persistSession(session))) return false;
  const { cookies, secure } = provider.createContext(req, res);
  cookies.set(provider.cookieName('session'), session.jti, { ...sessionCookie(secure), signed: true });
  return true;
}

/** Stores a session that was changed. @returns whether it was done; `false` if the session has ended meanwhile. */
export async function persistSession(session: Session): Promise<boolean> {
  try {
    await session.persist();
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
