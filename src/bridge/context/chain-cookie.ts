import type { Context } from 'koa';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { BRIDGE_ROOT } from './bridge-addresses.ts';

const SECRET_BYTES = 32;
const WELL_FORMED = /^[\w-]{43}$/;
/** In ms. As long as a chain waits for its browser. */
const LIFETIME = 10 * 60_000;

/** Binds chains to the browser that signs out. Their states are known to applications, so they prove nothing. */
export interface ChainCookie {
  /** The hash of this browser's secret, if it has one. */
  browserOf(ctx: Context): string | undefined;
  /** Gives the browser a secret, or renews the one that it has: another tab may be signing out. @returns its hash. */
  bind(ctx: Context): string;
}

export function chainCookie({
  random,
  publicUrl,
}: {
  readonly random: Random;
  readonly publicUrl: string;
}): ChainCookie {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? '__Secure-rolecall-saml-sign-out' : 'rolecall-saml-sign-out';
  const secretOf = (ctx: Context): string | undefined => {
    const secret = ctx.cookies.get(name, { signed: false });
    return secret !== undefined && WELL_FORMED.test(secret) ? secret : undefined;
  };
  return {
    browserOf(ctx) {
      const secret = secretOf(ctx);
      return secret === undefined ? undefined : hashedId(secret);
    },
    bind(ctx) {
      const secret = secretOf(ctx) ?? random.bytes(SECRET_BYTES).toString('base64url');
      ctx.cookies.set(name, secret, {
        signed: false,
        httpOnly: true,
        sameSite: 'lax',
        path: BRIDGE_ROOT,
        secure,
        maxAge: LIFETIME,
        overwrite: true,
      });
      return hashedId(secret);
    },
  };
}
