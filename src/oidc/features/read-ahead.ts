import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { INTERACTION_ROUTE } from '../own-client.ts';

/** What the ids of oidc-provider's records look like. */
const ID = /^[\w-]{21,86}$/;
const RECORD = /^(?:__\w+-)?rolecall-(?<what>session|interaction)$/;
/** A browser sends one session and one interaction, perhaps with those from before an upgrade. Reading more would let any caller cause the work. */
const MOST_RECORDS = 4;
/** An id of oidc-provider's of its own; what follows it names the grant. */
const ID_LENGTH = 43;

/** A record of oidc-provider's, by its model and id. */
export type RecordName = readonly [model: 'Session' | 'Interaction', id: string];

/** The records that a request's cookies name, by their model. Whether the cookies are signed is looked at when they are used. */
export function recordsOfCookies({ headers }: IncomingMessage): readonly RecordName[] {
  const records = new Map<string, RecordName>();
  for (const cookie of (headers.cookie ?? '').split(';')) {
    const [name = '', id = ''] = cookie.trim().split('=');
    const what = RECORD.exec(name)?.groups?.['what'];
    // Two cookies may name one interaction.
    if (records.size === MOST_RECORDS) break;
    if (what !== undefined && ID.test(id)) records.set(id, [what === 'session' ? 'Session' : 'Interaction', id]);
  }
  return [...records.values()];
}

/**
 * The interaction that a request may end: all but those that show a page of it may. Its cookie must be signed: the id alone stands in the
 * address of the page, and whoever read it there must not keep the interaction from the browser that it is of.
 */
export function interactionToEnd(provider: Provider, { req, cookies }: Context): string | undefined {
  const { method, url = '' } = req;
  const onlyLooks = (method === 'GET' || method === 'HEAD') && url.startsWith(`${INTERACTION_ROUTE}/`);
  return onlyLooks ? undefined : interactionOfCookie(provider, cookies);
}

/** The interaction that a request's cookie names, if it is signed. */
export function interactionOfCookie(provider: Provider, cookies: Context['cookies']): string | undefined {
  return cookies.get(provider.cookieName('interaction'), { signed: true });
}

/**
 * Lets codes and refresh tokens name the grant that they are of, behind their own 256 random bits, so that both can be read at once. The
 * name opens nothing: the record says which grant it is.
 */
export function nameGrants(provider: Provider): void {
  for (const { prototype } of [provider.AuthorizationCode, provider.RefreshToken]) {
    const made = prototype as unknown as { generateTokenId(): string };
    const { generateTokenId } = made;
    made.generateTokenId = function (this: { readonly grantId?: string }) {
      return generateTokenId.call(this as never) + (this.grantId ?? '');
    };
  }
}

/** The grant that a code or refresh token names, if it does. */
export function namedGrant(id: string): string | undefined {
  const grantId = id.slice(ID_LENGTH);
  return ID.test(id) && grantId.length === ID_LENGTH ? grantId : undefined;
}
