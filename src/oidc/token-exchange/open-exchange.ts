import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { ownLogins } from '../../federation/web-identity/own-logins.ts';
import { EXCHANGE_GRANT } from '../../identity/applications/oidc/exchange-settings.ts';
import { LOGIN_SECRET, loginMarks } from '../../identity/credentials/login-mark.ts';
import { isLoginOver, type People } from '../../identity/credentials/people.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { FindPerson } from '../account-claims.ts';
import type { LoginHolds } from '../features/client-authentication.ts';
import { exchangeFactsOf, keepExchangeFacts } from '../library/exchange/exchanged-tokens.ts';
import type { GrantHelpers } from '../library/exchange/grant-steps.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { ISSUER_PATH } from '../own-client.ts';
import { afterRecheck, type RecheckRequest } from '../session-holder.ts';
import { registerTokenExchange } from './exchange-grant.ts';
import { jwtTokens } from './jwt-tokens.ts';
import { markOrigins } from './mark-origins.ts';
import { presentedTokens } from './open-presented.ts';
import { originMarks } from './origin-marks.ts';
import type { PrincipalExchange } from './principal-exchange.ts';
import { refusals } from './refusals.ts';
import type { RoleCredentialsExchange } from './role-credentials.ts';
import type { Pairwise } from './subject-of.ts';
import { doesOriginHold, type OriginDependencies } from './token-origin.ts';

export interface ExchangeDependencies
  extends Omit<PrincipalExchange, 'refuse' | 'origins'>,
    Omit<RoleCredentialsExchange, 'refuse'>,
    OriginDependencies {
  readonly library: OidcProviderLibrary;
  readonly helpers: GrantHelpers;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly people: People;
  readonly recheck: RecheckRequest;
  /** Whether any client may exchange tokens at the moment. */
  readonly mayBeUsed: () => Promise<boolean>;
  /** The ids of a person's grants. */
  readonly grantIdsOf: (subject: string) => Promise<readonly string[]>;
  readonly observe: (outcome: string) => void;
}

/** Token exchange (RFC 8693), as parts of the provider. */
export interface TokenExchange {
  configuration(): Configuration;
  /** In the order in which requests go through them. */
  readonly steps: readonly LibraryMiddleware[];
  register(provider: Provider, parts: { readonly findAccount: FindPerson; readonly pairwise: Pairwise }): void;
  /** Whether a token holds, given what is asked about those that were not exchanged. */
  holds(otherwise: LoginHolds): LoginHolds;
}

export function openTokenExchange(deps: ExchangeDependencies): TokenExchange {
  const { library, keyRing, random, people, clock, mayBeUsed } = deps;
  const refuse = refusals(library);
  const marks = originMarks(keyRing.secret('oidc-token-origins'), random);
  const jwts = jwtTokens({
    issuer: `${deps.publicUrl}${ISSUER_PATH}`,
    keyRing,
    marks,
    loginOf: ownLogins(people, loginMarks(keyRing.secret(LOGIN_SECRET), random)),
    hasGrant: grantFinder(deps),
    clock,
  });
  return {
    configuration: () => markOrigins({ marks, mayBeUsed }),
    steps: [announceExchange(mayBeUsed)],
    register(provider, { findAccount, pairwise }) {
      keepExchangeFacts(provider);
      registerTokenExchange(provider, {
        helpers: deps.helpers,
        refuse,
        tokens: presentedTokens({ refuse, jwts, origins: deps }),
        principals: { ...deps, refuse, origins: deps },
        roles: { ...deps, refuse },
        findAccount,
        pairwise,
        observe: deps.observe,
        async isConfirmed(ctx, { person }, { login }) {
          const current = await afterRecheck(deps, person, { origin: login.origin, request: ctx.req });
          const began = (login.time ?? 0) * 1000;
          return (
            current !== undefined &&
            !isLoginOver(current, { ...login, generation: login.generation, began }, clock.now())
          );
        },
      });
    },
    holds: (otherwise) => async (token, client, ctx) => {
      const facts = exchangeFactsOf(token);
      if (facts !== undefined && !(await doesOriginHold(deps, facts.origin, ctx, token.iat))) return false;
      // What follows knows people alone.
      return await otherwise(token, client, ctx);
    },
  };
}

/** An ID token does not name its grant, so any grant of the person for the client will do. */
function grantFinder({ grantIdsOf }: Pick<ExchangeDependencies, 'grantIdsOf'>) {
  return async (ctx: KoaContextWithOIDC, subject: string, clientId: string): Promise<boolean> => {
    for (const id of await grantIdsOf(subject)) {
      const grant = await ctx.oidc.provider.Grant.find(id);
      if (grant?.accountId === subject && grant.clientId === clientId) return true;
    }
    return false;
  };
}

/** Leaves token exchange out of the discovery documents while no client may use it. */
function announceExchange(mayBeUsed: () => Promise<boolean>): LibraryMiddleware {
  return async (ctx: Context & KoaContextWithOIDC, next): Promise<void> => {
    await next();
    if (!/^\/\.well-known\//.test(ctx.path) || ctx.status !== 200 || (await mayBeUsed())) return;
    const { grant_types_supported: grants, ...rest } = ctx.body as {
      readonly grant_types_supported?: readonly string[];
    };
    ctx.body = { ...rest, grant_types_supported: grants?.filter((grant) => grant !== EXCHANGE_GRANT) };
  };
}
