import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Session } from 'oidc-provider';

/** A request of a browser and its answer, outside of oidc-provider's own routes. */
export interface BrowserExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** How the cookie of a session is set. */
export function sessionCookie(secure: boolean) {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure } as const;
}

/** The session that a browser's cookie names; a new one, of nobody, if it names none. */
export async function browserSession(provider: Provider, { req, res }: BrowserExchange): Promise<Session> {
  return await provider.Session.get(provider.createContext(req, res) as never);
}

/**
 * Gives a session another id, and its browser the cookie with it (ASVS 7.2.4): the old cookie no longer signs anyone in.
 * Changes made to the session before are stored along.
 */
export async function renewSession(provider: Provider, { req, res }: BrowserExchange, session: Session): Promise<void> {
  session.resetIdentifier();
  await session.persist();
  const { cookies, secure } = provider.createContext(req, res);
  cookies.set(provider.cookieName('session'), session.jti, { ...sessionCookie(secure), signed: true });
}
