import type { PatternPart } from '../document/policy-document.ts';
import { kindOf, type PatternList, packPatterns } from '../match/pattern-list.ts';

export function compileActions(part: PatternPart): PatternList {
  return packPatterns(part.values.map(({ text }) => ({ kind: kindOf(text), text })));
}
