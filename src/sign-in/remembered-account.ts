import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';

/** In ms. As long as the server remembers a person's device. */
const LIFETIME = 90 * 86_400_000;
/** An account id or alias. */
const WELL_FORMED = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The account of the last sign-in in this browser. The sign-in page is filled in with it if there are several accounts. */
export interface RememberedAccount {
  of(ctx: Context): string | undefined;
  /** The same, before the request has a context. */
  in(request: Pick<IncomingMessage, 'headers'>): string | undefined;
  keep(ctx: Context, account: string): void;
}

export function rememberedAccount({ secure }: { readonly secure: boolean }): RememberedAccount {
  const name = secure ? '__Host-rolecall-account' : 'rolecall-account';
  const wellFormed = (account: string | undefined): string | undefined =>
    account !== undefined && WELL_FORMED.test(account) ? account : undefined;
  const cookie = new RegExp(`(?:^|;\\s*)${name}=([^;\\s]*)`);
  return {
    of: (ctx) => wellFormed(ctx.cookies.get(name, { signed: false })),
    in: ({ headers }) => wellFormed(cookie.exec(headers.cookie ?? '')?.[1]),
    keep(ctx, account) {
      if (!WELL_FORMED.test(account)) return;
      const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure, overwrite: true } as const;
      ctx.cookies.set(name, account, { ...attributes, signed: false, maxAge: LIFETIME });
    },
  };
}
