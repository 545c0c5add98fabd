import type { Context } from 'koa';
import type { Random } from '../kernel/random.ts';

/** In ms. As long as the server remembers a person's device. */
const LIFETIME = 90 * 86_400_000;
const ID_BYTES = 16;
const WELL_FORMED = /^[\w-]{22}$/;

/**
 * Distinguishes a person's own devices from strangers' by a cookie. Its id gives no access; it only keeps strangers' failures from
 * affecting its owner.
 */
export interface KnownDevices {
  /** The browser's id, if it has one. */
  idOf(ctx: Context): string | undefined;
  /** Generates an id for a browser without one. */
  newId(): string;
  /** Stores the id in the browser, for as long as devices are remembered. */
  keep(ctx: Context, id: string): void;
}

export function knownDevices({ random, secure }: { random: Random; secure: boolean }): KnownDevices {
  const name = secure ? '__Host-rolecall-device' : 'rolecall-device';
  return {
    idOf(ctx) {
      const id = ctx.cookies.get(name, { signed: false });
      return id !== undefined && WELL_FORMED.test(id) ? id : undefined;
    },
    newId: () => random.bytes(ID_BYTES).toString('base64url'),
    keep(ctx, id) {
      ctx.cookies.set(name, id, {
        signed: false,
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        secure,
        maxAge: LIFETIME,
        overwrite: true,
      });
    },
  };
}
