import type { Effect, PrincipalPart } from '../document/policy-document.ts';
import type { CompiledPrincipals } from '../match/match-principal.ts';
import { principalMatcher } from '../match/principal-matcher.ts';

export function compilePrincipals(part: PrincipalPart, effect: Effect): CompiledPrincipals {
  // if a match allows something, a star covers as few callers as possible; if it denies, as many as possible
  const isNarrow = (effect === 'Allow') !== part.negated;
  return Object.freeze({
    negated: part.negated,
    names: part.entries.map(({ type, text }) => (type === '*' ? '*' : `${type}:${text}`)),
    entries: part.entries.map((entry) => principalMatcher(entry, isNarrow)),
  });
}
