import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
  /** Notes in the browser that it was used to sign in. */
  vouch(ctx: Context, id: string): void;
  /** Whether a request comes from a browser that {@link KnownDevices.vouch} was called for. Reads nothing but its cookies. */
  isVouchedFor(request: Pick<IncomingMessage, 'headers'>): boolean;
}

interface KnownDevicesDependencies {
  readonly random: Random;
  readonly secure: boolean;
  /** Makes the note. It is the same on every process. */
  readonly secret: Buffer;
}

export function knownDevices({ random, secure, secret }: KnownDevicesDependencies): KnownDevices {
  const prefix = secure ? '__Host-' : '';
  const name = `${prefix}rolecall-device`;
  const noteName = `${prefix}rolecall-known`;
  const cookieOf = (which: string) => new RegExp(`(?:^|;\\s*)${which}=([\\w-]{22})(?:;|$)`);
  const [idCookie, noteCookie] = [cookieOf(name), cookieOf(noteName)];
  const noteOf = (id: string): Buffer => createHmac('sha256', secret).update(id).digest().subarray(0, ID_BYTES);
  const options = {
    signed: false,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    maxAge: LIFETIME,
    overwrite: true,
  } as const;
  return {
    idOf(ctx) {
      const id = ctx.cookies.get(name, { signed: false });
      return id !== undefined && WELL_FORMED.test(id) ? id : undefined;
    },
    newId: () => random.bytes(ID_BYTES).toString('base64url'),
    keep(ctx, id) {
      ctx.cookies.set(name, id, options);
    },
    vouch(ctx, id) {
      ctx.cookies.set(noteName, noteOf(id).toString('base64url'), options);
    },
    isVouchedFor({ headers: { cookie = '' } }) {
      const id = idCookie.exec(cookie)?.[1];
      const note = noteCookie.exec(cookie)?.[1];
      if (id === undefined || note === undefined) return false;
      const shown = Buffer.from(note, 'base64url');
      return shown.length === ID_BYTES && timingSafeEqual(shown, noteOf(id));
    },
  };
}
