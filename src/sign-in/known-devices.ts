import type { Context } from 'koa';
import type { Random } from '../kernel/random.ts';

/** Ms; as long as a person's device is remembered. */
const LIFETIME = 90 * 86_400_000;
const ID_BYTES = 16;
const WELL_FORMED = /^[\w-]{22}$/;

/** Tells a person's own devices from strangers' by a cookie. Its id gives no access: it only keeps strangers' failures off its owner. */
export interface KnownDevices {
  /** The id that the browser has, if it has one. */
  idOf(ctx: Context): string | undefined;
  /** A new id, for a browser without one. */
  newId(): string;
  /** Leaves the id with the browser, for as long as devices are remembered. */
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
