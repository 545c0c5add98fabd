import type { Context } from 'koa';
import type { Caller } from '../../identity/sessions/caller.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { type CurrentPrincipalDependencies, currentPrincipal } from './current-principal.ts';
import { type FederatedLogin, ID_BYTES, type StoredLoginsDependencies } from './sign-in-tokens.ts';

/** The session of a role or federated user in a browser. */
export interface ConsoleSession {
  /** The principal, as a caller of operations. Its session ends with the console session. */
  readonly caller: Caller;
  readonly expiresAt: number;
  /** For CSRF tokens. Unlike the cookie, it is no secret. */
  readonly uid: string;
}

export interface ConsoleSessions {
  /** Begins a session in a browser. One that the browser had before ends. */
  begin(ctx: Context, login: FederatedLogin): Promise<void>;
  /** The session of a browser; `undefined` if it has none, or the session is over or revoked. */
  find(ctx: Context): Promise<ConsoleSession | undefined>;
  end(ctx: Context): Promise<void>;
}

export interface ConsoleSessionsDependencies extends StoredLoginsDependencies, CurrentPrincipalDependencies {
  /** Whether the public URL uses https. */
  readonly secure: boolean;
}

const { consoleSession } = EPHEMERAL_KEYS;

/** Sessions are opaque: the cookie is random, and the store keeps its hash, and the sealed session token. */
export function consoleSessions(deps: ConsoleSessionsDependencies): ConsoleSessions {
  const { ephemeral, sealer, random, clock, secure } = deps;
  const name = secure ? '__Host-rolecall-console' : 'rolecall-console';
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure, signed: false } as const;
  const keyOf = (id: string): string => consoleSession.of(hashedId(id));

  async function end(ctx: Context): Promise<void> {
    const id = ctx.cookies.get(name, { signed: false });
    if (id !== undefined) await ephemeral.delete([keyOf(id)]);
  }

  return {
    async begin(ctx, login) {
      await end(ctx);
      const id = random.bytes(ID_BYTES).toString('base64url');
      const key = keyOf(id);
      const lifetime = login.expiresAt - clock.now();
      await ephemeral.set(key, sealer.seal(Buffer.from(JSON.stringify(login)), key), Math.max(1, lifetime));
      ctx.cookies.set(name, id, { ...options, expires: new Date(login.expiresAt) });
    },
    async find(ctx) {
      const id = ctx.cookies.get(name, { signed: false });
      if (id === undefined) return undefined;
      const key = keyOf(id);
      const text = await ephemeral.get(key);
      if (text === undefined) return undefined;
      const login = JSON.parse(sealer.open(text, key).toString('utf8')) as FederatedLogin;
      if (clock.now() >= login.expiresAt) return undefined;
      const caller = await currentPrincipal(deps, login);
      return caller && { caller, expiresAt: login.expiresAt, uid: hashedId(`csrf ${id}`) };
    },
    async end(ctx) {
      await end(ctx);
      ctx.cookies.set(name, '', { ...options, expires: new Date(0) });
    },
  };
}
