import type { ProofAges } from '../identity/connectors/proof-ages.ts';
import { isLoginOver, type People } from '../identity/credentials/people.ts';
import type { Clock } from '../kernel/clock.ts';
import { continuesOldProof, isRefreshToken, loginOf } from './account-claims.ts';
import { isBoundSessionOver } from './bound-session.ts';
import { isEndedFor, isRefreshOver, mayUseClient } from './client-access.ts';
import type { LoginHolds } from './features/client-authentication.ts';

interface LoginHoldsDependencies {
  readonly people: Pick<People, 'bySubject'>;
  readonly clock: Clock;
  readonly proofAges: ProofAges;
}

/** Decides whether the login that a token was issued for still holds, and its app may still use it. */
export function loginHolds({ people, clock, proofAges }: LoginHoldsDependencies): LoginHolds {
  return async (token, client, ctx) => {
    if (isEndedFor(client, token)) return false;
    if (isRefreshToken(token) && isRefreshOver(client, token, clock.now())) return false;
    if (token.accountId === undefined) return true;
    const person = await people.bySubject(token.accountId);
    if (person === undefined || !mayUseClient(client, person)) return false;
    if (isLoginOver(person, loginOf(token), clock.now())) return false;
    if (await isBoundSessionOver(ctx, { person, token, now: clock.now() })) return false;
    return !(await continuesOldProof(proofAges, person, token));
  };
}
