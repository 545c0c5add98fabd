import type { JWTPayload } from 'jose';
import type { LoginStamp } from '../../identity/credentials/login-generation.ts';
import { signInConditions } from '../../identity/credentials/sign-in-conditions.ts';
import type { Account } from '../../identity/documents/account.ts';
import type { OidcProvider } from '../../identity/documents/oidc-provider.ts';
import type { ProviderDirectory } from '../../identity/providers/provider-directory.ts';
import { issuerOf, oidcProviderArn } from '../../identity/providers/require-provider.ts';
import type { AssertedTags } from '../../identity/sessions/session-tags.ts';
import { checkTimes } from './check-times.ts';
import { claimConditions } from './claim-conditions.ts';
import type { IssuerKeys } from './key-cache.ts';
import { type LoginOf, signInOfToken } from './own-logins.ts';
import { type AcceptedTokens, readToken } from './read-token.ts';
import { TokenFault } from './token-fault.ts';
import { readSourceIdentity, readTokenTags } from './token-tags.ts';
import type { VerifyToken } from './token-verifier.ts';
import { verifyWithKeys } from './verify-with-keys.ts';
import type { VerifyWebIdentity } from './web-identity.ts';

export interface WebIdentityDependencies {
  readonly providers: Pick<ProviderDirectory, 'find'>;
  readonly keys: IssuerKeys;
  /** Default: on this thread. */
  readonly verifyToken?: VerifyToken;
  /** Default: ID tokens. */
  readonly accepted?: AcceptedTokens;
  /** This server's own issuer. */
  readonly ownIssuer: string;
  readonly loginOf: LoginOf;
  /** The account with an outbound issuer of this server; `undefined` for all other issuers. */
  readonly accountOf?: ((issuer: string) => Promise<Pick<Account, 'accountId' | 'reopenedAt'> | undefined>) | undefined;
  /** Attributes of profiles that people may change themselves. Their claims, in tokens of this server, are no condition keys. */
  readonly ownProfileAttributes: ReadonlySet<string>;
  /** Called with every refusal, for the metrics. */
  readonly refused?: (fault: TokenFault) => void;
}

/** The longest URL that a provider can have (IAM API reference, OpenIDConnectProviderUrlType). */
const MAX_URL_LENGTH = 255;

/** Verifies ID tokens (OpenID Connect Core §3.1.3.7) against the OIDC providers that an account has registered. */
export function webIdentityVerifier(deps: WebIdentityDependencies): VerifyWebIdentity {
  const verify = tokenVerifier(deps);
  return async (accountId, token, now) => {
    try {
      return await verify(accountId, token, now);
    } catch (error) {
      if (error instanceof TokenFault) deps.refused?.(error);
      throw error;
    }
  };
}

function tokenVerifier(deps: WebIdentityDependencies): VerifyWebIdentity {
  const { providers, keys, verifyToken, accepted, ownIssuer, loginOf, accountOf, ownProfileAttributes } = deps;
  return async (accountId, text, now) => {
    const token = readToken(text, accepted);
    const { issuer, claims } = token;
    // An access token of this server is for the app that it was issued for, and says nothing of the login's end.
    if (accepted === 'access-tokens' && issuer === ownIssuer) {
      throw new TokenFault('provider', 'Access tokens of this server are not accepted here', { detail: issuer });
    }
    const provider = await findProvider(providers, accountId, issuer);
    await verifyWithKeys(keys, token, verifyToken);
    checkTimes(claims, now);
    const login = issuer === ownIssuer ? await loginOf(claims, now) : undefined;
    if (login === 'over') throw new TokenFault('login', 'The login behind this token has ended');
    const issuedBy = await accountOf?.(issuer);
    const { reopenedAt = Number.NEGATIVE_INFINITY } = issuedBy ?? {};
    if (!((claims.iat ?? 0) * 1000 > reopenedAt))
      throw new TokenFault('login', 'The account behind this token was closed since it was issued');
    const audience = readAudience(claims, provider);
    const { sub: subject } = claims;
    if (typeof subject !== 'string' || subject === '') throw new TokenFault('subject', 'Missing a required claim: sub');
    const { url } = provider;
    const signIn = login && signInOfToken(claims, login);
    const trusted = issuer === ownIssuer ? withoutOwnProfile(claims, ownProfileAttributes) : claims;
    const conditions = claimConditions({ claims: trusted, url, audience, subject });
    return {
      provider,
      subject,
      audience,
      conditions: signIn === undefined ? conditions : new Map([...conditions, ...signInConditions(signIn, now)]),
      ...withLoginTags(readTokenTags(claims), login),
      sourceIdentity: readSourceIdentity(claims),
      login,
      issuedBy: issuedBy?.accountId,
      signIn,
    };
  };
}

/** Without what people may say of themselves: otherwise a policy that compares it would let anyone in. */
function withoutOwnProfile(claims: JWTPayload, own: ReadonlySet<string>): JWTPayload {
  const ownClaims = new Set([...own].map((attribute) => (attribute.startsWith('address_') ? 'address' : attribute)));
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !ownClaims.has(claim)));
}

/** Our own tokens pass the session tags of their login, encrypted in its mark. Roles must allow `sts:TagSession`, as for those of any token. */
function withLoginTags({ tags, transitiveTagKeys }: AssertedTags, login: LoginStamp | undefined): AssertedTags {
  const ofLogin = login?.origin?.tags ?? [];
  if (ofLogin.length === 0) return { tags, transitiveTagKeys };
  const keys = ofLogin.map(({ key }) => key);
  return { tags: [...tags, ...ofLogin], transitiveTagKeys: [...transitiveTagKeys, ...keys] };
}

async function findProvider(
  providers: WebIdentityDependencies['providers'],
  accountId: string,
  issuer: string,
): Promise<OidcProvider> {
  const url = issuer.replace(/^https?:\/\//, '');
  const provider =
    issuer.length > MAX_URL_LENGTH
      ? undefined
      : await providers.find({ accountId, arn: oidcProviderArn(accountId, url) });
  // The ARN does not include the scheme, so a token whose issuer uses plain http belongs to another provider.
  if (provider !== undefined && issuerOf(provider) === issuer) return provider;
  throw new TokenFault('provider', `No OpenIDConnect provider found in your account for ${issuer}`, { detail: issuer });
}

/** The client id that the token was issued for, which the provider must list. */
function readAudience({ aud, azp }: JWTPayload, { clientIds }: OidcProvider): string {
  const claim = typeof azp === 'string' ? 'azp' : 'aud';
  const audiences: readonly unknown[] = typeof azp === 'string' ? [azp] : Array.isArray(aud) ? aud : [aud];
  if (audiences.length === 0 || audiences[0] === undefined) {
    throw new TokenFault('audience', 'Missing a required claim: aud');
  }
  const isListed = (audience: unknown): audience is string =>
    typeof audience === 'string' && clientIds.includes(audience);
  const accepted = audiences.find(isListed);
  if (accepted !== undefined) return accepted;
  throw new TokenFault('audience', 'Incorrect token audience', { detail: `${claim} ${JSON.stringify(audiences)}` });
}
