import type { Effect, PrincipalPart } from '../document/policy-document.ts';
import type { CompiledPrincipals } from '../match/match-principal.ts';
import { principalMatcher } from '../match/principal-matcher.ts';

export function compilePrincipals(part: PrincipalPart, effect: Effect): CompiledPrincipals {
  // where naming someone allows, a star names no more than it must; where it denies, no less
  const isNarrow = (effect === 'Allow') !== part.negated;
  return Object.freeze({
    negated: part.negated,
    names: part.entries.map(({ type, text }) => (type === '*' ? '*' : `${type}:${text}`)),
    entries: part.entries.map((entry) => principalMatcher(entry, isNarrow)),
  });
}
