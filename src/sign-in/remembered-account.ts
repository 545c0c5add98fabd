import type { Context } from 'koa';

/** In ms. As long as the server remembers a person's device. */
const LIFETIME = 90 * 86_400_000;
/** An account id or alias. */
const WELL_FORMED = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The account of the last sign-in in this browser. The sign-in page is filled in with it if there are several accounts. */
export interface RememberedAccount {
  of(ctx: Context): string | undefined;
  keep(ctx: Context, account: string): void;
}

export function rememberedAccount({ secure }: { readonly secure: boolean }): RememberedAccount {
  const name = secure ? '__Host-rolecall-account' : 'rolecall-account';
  const of = (ctx: Context): string | undefined => {
    const account = ctx.cookies.get(name, { signed: false });
    return account !== undefined && WELL_FORMED.test(account) ? account : undefined;
  };
  return {
    of,
    keep(ctx, account) {
      if (!WELL_FORMED.test(account)) return;
      const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure, overwrite: true } as const;
      ctx.cookies.set(name, account, { ...attributes, signed: false, maxAge: LIFETIME });
    },
  };
}
