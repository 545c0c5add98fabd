import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';

/** A request and its response, inside or outside oidc-provider's own routes. */
export interface CookieExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/**
 * The interaction named by a request's cookie, if the cookie is signed. The id alone is also in the page's URL, and reading it there must
 * not allow anyone to answer or end another browser's interaction.
 */
export function interactionOfCookie(provider: Provider, { req, res }: CookieExchange): string | undefined {
  return provider.createContext(req, res).cookies.get(provider.cookieName('interaction'), { signed: true });
}

/** The paths below the issuer at which oidc-provider continues an authorization request, or that of a device. */
export const RESUMES = /^\/(?:auth|device)\/[^/]+\/?$/i;

/** The path below the issuer at which the browser continues once an interaction is answered. */
export function resumePath(uid: string, { isOfDevice }: { readonly isOfDevice: boolean }): string {
  return `/${isOfDevice ? 'device' : 'auth'}/${uid}`;
}

/** Whether an interaction is about the request of a device. */
export function isOfDevice(interaction: object): boolean {
  return (interaction as { readonly deviceCode?: string }).deviceCode !== undefined;
}

/** The interaction that a request continues after, which ends it. */
export function resumedInteraction(
  provider: Provider,
  exchange: CookieExchange & { readonly path: string; readonly method: string },
): string | undefined {
  const { path, method } = exchange;
  const resumes = (method === 'GET' || method === 'HEAD') && RESUMES.test(path);
  return resumes ? interactionOfCookie(provider, exchange) : undefined;
}
