import type { AccessToken, Client, KoaContextWithOIDC } from 'oidc-provider';
import { TOKEN_LIFETIMES } from '../features/tokens.ts';
import { type ExchangeFacts, setExchangeFacts } from '../library/exchange/exchanged-tokens.ts';
import type { ExchangeTarget } from './exchange-target.ts';

/** Everything about a new token. */
export interface NewToken {
  readonly target: ExchangeTarget;
  readonly scopes: readonly string[];
  /** The latest expiry, in seconds since the epoch: that of what is exchanged. */
  readonly expiresAt: number;
  /** Whether a signed token was asked for. */
  readonly isSigned: boolean;
  readonly facts: ExchangeFacts;
  /** The key and the certificate that it is bound to. */
  readonly thumbprint: string | undefined;
  readonly certificate: unknown;
}

/** The library's members that its types lack. */
interface Bindable {
  setThumbprint(property: 'jkt' | 'x5t', value: unknown): void;
}

/**
 * Issues the new access token. One for another party is signed, so that it can be verified there. One for the client itself is opaque, so that it
 * learns by introspection when the token ends, unless a JWT was asked for.
 */
export async function issueExchanged(
  ctx: KoaContextWithOIDC,
  { target, scopes, expiresAt, isSigned, facts, thumbprint, certificate }: NewToken,
): Promise<{ readonly token: AccessToken; readonly value: string }> {
  const { provider } = ctx.oidc;
  const client = ctx.oidc.client as Client;
  const { origin } = facts;
  const longest = origin.kind === 'person' ? TOKEN_LIFETIMES.accessToken : TOKEN_LIFETIMES.machineToken;
  const lifetime = Math.min(longest, expiresAt - Math.floor(Date.now() / 1000));
  const token = new provider.AccessToken({
    client,
    accountId: origin.kind === 'person' ? origin.subject : undefined,
    scope: scopes.join(' '),
    gty: 'token_exchange',
    expiresIn: Math.max(1, lifetime),
  } as never);
  const { audience } = target;
  if (target.kind !== 'self' || isSigned) {
    token.resourceServer = new provider.ResourceServer(audience, {
      audience,
      scope: scopes.join(' '),
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256' } },
    });
  } else token.setAudience(audience);
  const bindable = token as unknown as Bindable;
  if (certificate !== undefined) bindable.setThumbprint('x5t', certificate);
  if (thumbprint !== undefined) bindable.setThumbprint('jkt', thumbprint);
  setExchangeFacts(token, facts);
  ctx.oidc.entity('AccessToken', token);
  return { token, value: await token.save() };
}
