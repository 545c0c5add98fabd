import type { KoaContextWithOIDC } from 'oidc-provider';
import type { JwtTokens } from './jwt-tokens.ts';
import { findOpaque } from './opaque-token.ts';
import type { PresentedToken } from './presented-token.ts';
import type { GivenToken } from './read-request.ts';
import type { Refusals } from './refusals.ts';
import { doesOriginHold, type OriginDependencies } from './token-origin.ts';

export interface PresentedTokens {
  /** @throws `invalid_request` if the token is not valid, or what it came from has ended. */
  open(ctx: KoaContextWithOIDC, name: string, given: GivenToken): Promise<PresentedToken>;
}

interface PresentedTokenDependencies {
  readonly refuse: Refusals;
  readonly jwts: JwtTokens;
  readonly origins: OriginDependencies;
}

/** Checks the tokens of exchanges. All refusals are alike, whatever is wrong with a token: it may be a stolen one. */
export function presentedTokens({ refuse, jwts, origins }: PresentedTokenDependencies): PresentedTokens {
  const find = async (ctx: KoaContextWithOIDC, { value, type }: GivenToken): Promise<PresentedToken | undefined> => {
    const isJwt = value.includes('.');
    if (type === 'id_token') return await jwts.readIdToken(ctx, value);
    if (type === 'access_token') return isJwt ? await jwts.readAccessToken(value) : await findOpaque(ctx, value);
    return (await jwts.readAccessToken(value)) ?? (await jwts.readIdToken(ctx, value));
  };
  return {
    async open(ctx, name, given) {
      const found = await find(ctx, given);
      const isOver = found === undefined || found.expiresAt * 1000 <= origins.clock.now();
      if (isOver || !(await doesOriginHold(origins, found.origin, ctx))) {
        throw refuse.request(`${name} is not a valid ${given.type} of this server, or has expired or ended`);
      }
      return found;
    },
  };
}
