import type { Fail } from '../document/parse-statement.ts';
import type { PatternPart, PolicyText } from '../document/policy-document.ts';
import { KIND, kindOf, type Pattern, type PatternList, packPatterns } from '../match/pattern-list.ts';
import { isFieldBound } from '../match/resource-glob.ts';
import { parseTemplate } from '../match/variables.ts';

export function compileResources(part: PatternPart, hasVariables: boolean, fail: Fail): PatternList {
  return packPatterns(part.values.map((value) => patternOf(value, hasVariables, fail)));
}

function patternOf({ text, at }: PolicyText, hasVariables: boolean, fail: Fail): Pattern {
  if (!hasVariables || !text.includes('${')) return { text, kind: isFieldBound(text) ? KIND.fields : kindOf(text) };
  if (!parseTemplate(text, hasVariables)) return fail({ kind: 'variable', value: text }, at);
  return { text, kind: KIND.template };
}
