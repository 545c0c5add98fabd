import type { ProofAges } from '../identity/connectors/proof-ages.ts';
import type { People } from '../identity/credentials/people.ts';
import { type FindPerson, findAccount } from './account-claims.ts';
import { mappedAccountClaims } from './features/mapped-claims.ts';
import { NOT_CONFIRMED, OLD_PROOF, PAST_LIMITS } from './library/grant-refusals.ts';
import type { OidcProviderLibrary } from './library/load-oidc-provider.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import type { RecheckRequest } from './session-holder.ts';

interface AccountsDependencies extends Pick<OidcDependencies, 'identities' | 'clock' | 'connectors'> {
  readonly library: OidcProviderLibrary;
  readonly people: People;
  readonly proofAges: ProofAges;
  readonly recheck: RecheckRequest;
}

/** Finds the accounts of oidc-provider, and refuses tokens by its errors. */
export function openAccounts(deps: AccountsDependencies): FindPerson {
  const { library, people, identities, clock, proofAges } = deps;
  return findAccount({
    people,
    store: identities,
    clock,
    proofAges,
    claimsOfClient: (whose, use) => mappedAccountClaims(identities, whose, use),
    recheck: deps.recheck,
    notConfirmed: () => new library.errors.InvalidGrant(NOT_CONFIRMED),
    pastLimits: () => new library.errors.InvalidGrant(PAST_LIMITS),
    oldProof() {
      deps.connectors.observeOldProof();
      return new library.errors.InvalidGrant(OLD_PROOF);
    },
  });
}
