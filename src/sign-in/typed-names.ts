import type { Context } from 'koa';
import type { TypedName } from './pages/typed-name.ts';

/** In ms. As long as a sign-in may take. */
const LIFETIME = 60 * 60_000;
/** An e-mail address has at most 254 characters, and a user name 64. Leaves room for typing errors, and keeps the cookie small. */
const LONGEST = { account: 80, name: 320 } as const;

/** A name that was typed on the first page of a sign-in. */
export interface KeptName {
  readonly signIn: string;
  readonly typed: TypedName;
}

/**
 * Keeps the typed name in the browser between the two pages of a sign-in, so that reloading and going back work, and the server stores
 * nothing about names that may not exist. One cookie for all sign-ins: they cannot pile up. The last one wins; pages of the others still
 * work, because their forms contain the name.
 */
export interface TypedNames {
  of(ctx: Context): KeptName | undefined;
  keep(ctx: Context, kept: KeptName): void;
  forget(ctx: Context): void;
}

/** Whether a name is short enough to be one. */
export function isKeepable({ account, name }: TypedName): boolean {
  return name !== '' && name.length <= LONGEST.name && account.length <= LONGEST.account;
}

function decode(value: string): KeptName | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(value, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || !parsed.every((part) => typeof part === 'string')) return undefined;
  const [signIn = '', account = '', name = ''] = parsed as readonly string[];
  return isKeepable({ account, name }) ? { signIn, typed: { account, name } } : undefined;
}

/** @param path of the pages of sign-ins. */
export function typedNames({ path, secure }: { readonly path: string; readonly secure: boolean }): TypedNames {
  const cookie = secure ? '__Secure-rolecall-typed' : 'rolecall-typed';
  const attributes = { signed: false, httpOnly: true, sameSite: 'lax', path, secure, overwrite: true } as const;
  return {
    of(ctx) {
      const value = ctx.cookies.get(cookie, { signed: false });
      return value === undefined ? undefined : decode(value);
    },
    keep(ctx, { signIn, typed: { account, name } }) {
      const value = Buffer.from(JSON.stringify([signIn, account, name])).toString('base64url');
      ctx.cookies.set(cookie, value, { ...attributes, maxAge: LIFETIME });
    },
    forget(ctx) {
      if (ctx.cookies.get(cookie, { signed: false }) !== undefined) ctx.cookies.set(cookie, null, attributes);
    },
  };
}
