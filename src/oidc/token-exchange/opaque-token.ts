import type { KoaContextWithOIDC } from 'oidc-provider';
import { exchangeFactsOf } from '../library/exchange/exchanged-tokens.ts';
import type { PresentedToken } from './presented-token.ts';
import { originOf } from './token-origin.ts';

/** An access token that is stored: one for userinfo, or an exchanged one for its client itself. */
export async function findOpaque(ctx: KoaContextWithOIDC, value: string): Promise<PresentedToken | undefined> {
  const token = await ctx.oidc.provider.AccessToken.find(value);
  const origin = token && originOf(token);
  if (token?.exp === undefined || token.isExpired || token.clientId === undefined || origin === undefined) {
    return undefined;
  }
  const { clientId, exp: expiresAt, aud, scope = '', jkt, extra } = token;
  const x5t = token['x5t#S256'];
  return {
    clientId,
    audiences: [aud].flat().filter((each) => each !== undefined),
    scopes: new Set(scope.split(' ').filter((each) => each !== '')),
    expiresAt,
    act: exchangeFactsOf(token)?.act,
    mayAct: extra?.['may_act'],
    confirmation: token.isSenderConstrained() ? { ...(jkt && { jkt }), ...(x5t && { 'x5t#S256': x5t }) } : undefined,
    origin,
  };
}
