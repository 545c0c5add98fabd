import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import { loginId } from '../../identity/links/login-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { RefreshConnector } from '../connectors/redirect-connector.ts';

/** A refresh token of an outside provider. */
export interface KeptRefreshToken {
  /** The only connector that it may be sent by. */
  readonly connectorId: string;
  /** Whom it was given to: {@link RefreshConnector.client}. */
  readonly client: RefreshConnector['client'];
  readonly token: string;
  /** When the provider last vouched for the login, in ms since the epoch. */
  readonly checkedAt: number;
}

/** A token as it was found. */
export interface FoundRefreshToken {
  readonly kept: KeptRefreshToken;
  /** Stores the next one in its place. @returns the next one; `undefined` if another request has replaced or dropped this one. */
  replace(next: KeptRefreshToken): Promise<FoundRefreshToken | undefined>;
}

/** The refresh tokens of outside providers, by login: sealed, and bound to their login. */
export interface KeptRefreshTokens {
  /** A token that was never stored, as if it had been found. */
  assumed(origin: LoginOrigin, token: KeptRefreshToken): FoundRefreshToken;
  keep(origin: LoginOrigin, token: KeptRefreshToken): Promise<void>;
  find(origin: LoginOrigin): Promise<FoundRefreshToken | undefined>;
  forget(origin: LoginOrigin): Promise<void>;
}

const { upstreamRefresh: KEY } = EPHEMERAL_KEYS;
const boundTo = (id: string): string => `upstream refresh ${id}`;

export function openKeptRefreshTokens({
  ephemeral,
  sealer,
}: {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'compareAndSet' | 'delete'>;
  readonly sealer: Sealer;
}): KeptRefreshTokens {
  const seal = (id: string, token: KeptRefreshToken): string =>
    sealer.seal(Buffer.from(JSON.stringify(token)), boundTo(id));
  const found = (id: string, sealed: string, kept: KeptRefreshToken): FoundRefreshToken => ({
    kept,
    async replace(next) {
      const text = seal(id, next);
      return (await ephemeral.compareAndSet(KEY.of(id), sealed, text, KEY.lifetime))
        ? found(id, text, next)
        : undefined;
    },
  });
  const keep = async (id: string, token: KeptRefreshToken): Promise<FoundRefreshToken> => {
    const text = seal(id, token);
    await ephemeral.set(KEY.of(id), text, KEY.lifetime);
    return found(id, text, token);
  };
  return {
    keep: async (origin, token) => void (await keep(loginId(origin), token)),
    assumed: (origin, token) => ({ kept: token, replace: (next) => keep(loginId(origin), next) }),
    async find(origin) {
      const id = loginId(origin);
      const sealed = await ephemeral.get(KEY.of(id));
      if (sealed === undefined) return undefined;
      return found(id, sealed, JSON.parse(sealer.open(sealed, boundTo(id)).toString('utf8')) as KeptRefreshToken);
    },
    forget: (origin) => ephemeral.delete([KEY.of(loginId(origin))]),
  };
}
