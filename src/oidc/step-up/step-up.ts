import type { Client, Configuration, interactionPolicy as Interactions, KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../../identity/credentials/people.ts';
import {
  isAtLeast,
  STRENGTHS,
  type Strength,
  strengthOf,
  strengthOfFactor,
  strongest,
} from '../../identity/credentials/strength.ts';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { FoundAccount } from '../account-claims.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { type AskedAcr, acrFault, acrOf, askedAcrOf, type RequestedClaims, requiredStrength } from './asked-acr.ts';

/** The prompt for a person who has signed in, but not as strongly as the app requires. */
export const UNMET = 'unmet';
/** Why oidc-provider asks for a sign-in that is stronger than the present one. */
export const STEP_UP = 'acr';
const UNMET_WORDS = 'the sign-in does not meet the authentication requirements of the app';

/**
 * `acr_values`, and the claim `acr` with values that are essential or not.
 * @param deniedClaim finds a claim that a client may not ask for.
 */
export function stepUp(
  { errors }: Pick<OidcProviderLibrary, 'errors'>,
  deniedClaim: (client: Client | undefined, claims: RequestedClaims) => string | undefined,
): Configuration {
  return {
    acrValues: [...STRENGTHS].reverse(),
    features: {
      claimsParameter: {
        enabled: true,
        assertClaimsParameter: async (_ctx, claims, client) => {
          const fault = acrFault(claims as RequestedClaims);
          if (fault !== undefined) throw new errors.InvalidRequest(fault);
          const denied = deniedClaim(client, claims as RequestedClaims);
          if (denied !== undefined) throw new errors.InvalidRequest(`this app may not ask for the claim ${denied}`);
        },
      },
    },
  };
}

/**
 * Asks for a stronger sign-in once: in the same request, it is not asked for again. If the app requires what this sign-in did not reach, the
 * person is told, and the app gets an error of its own (OpenID Connect Core Error Code unmet_authentication_requirements).
 */
export function addStepUp({ Check, Prompt }: typeof Interactions, policy: Interactions.DefaultPolicy): void {
  const checks = policy.get('login')?.checks;
  // They would ask again and again, and know nothing of stronger values that satisfy weaker ones.
  for (const reason of ['essential_acr', 'essential_acrs']) checks?.remove(reason);
  checks?.add(
    new Check(STEP_UP, 'the app asks for a stronger sign-in', (ctx) =>
      ctx.oidc.result?.login === undefined && isWithinReach(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  );
  policy.add(
    new Prompt(
      { name: UNMET, requestable: false },
      new Check('unmet', UNMET_WORDS, 'unmet_authentication_requirements', (ctx) =>
        lackingAcr(ctx)?.isEssential === true ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
    2,
  );
}

/** What a request asks for, if there is a sign-in and it does not reach that. Values that nobody knows matter only if they are essential. */
function lackingAcr({ oidc: { session, params } }: KoaContextWithOIDC): AskedAcr | undefined {
  return session?.accountId === undefined ? undefined : lackingAcrOf(session, params ?? {});
}

/** The same for a sign-in and the parameters of a request. */
export function lackingAcrOf(
  { amr, loginOrigin: origin }: SignedInSession,
  params: Readonly<Record<string, unknown>>,
): AskedAcr | undefined {
  const asked = askedAcrOf(params);
  const required = asked && requiredStrength(asked);
  return required !== undefined && isAtLeast(strengthOf({ amr, origin }), required) ? undefined : asked;
}

/** Whether another sign-in of this person may reach what the present one does not. */
function isWithinReach(ctx: KoaContextWithOIDC): boolean {
  const lacking = lackingAcr(ctx);
  if (lacking === undefined) return false;
  const { person } = ctx.oidc.account as FoundAccount;
  return isReachable(person, lacking) !== undefined;
}

/** By which sign-ins a person may reach what is asked for: with their factors here, or only through a provider, which decides. */
export function isReachable(
  { links, factors }: Pick<Person, 'links' | 'factors'>,
  asked: AskedAcr,
): 'here' | 'elsewhere' | undefined {
  const required = requiredStrength(asked);
  if (required === undefined) return undefined;
  if (isAtLeast(strongest(factors.map(strengthOfFactor)), required)) return 'here';
  return links.length > 0 ? 'elsewhere' : undefined;
}

/** The `acr` of what a session issues for a request. */
export function sessionAcr({ amr, loginOrigin: origin }: SignedInSession, params: object): Strength {
  return acrOf(strengthOf({ amr, origin }), askedAcrOf({ ...params }));
}
