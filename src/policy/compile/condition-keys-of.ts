import type { PolicyDocument } from '../document/policy-document.ts';
import { isVariable, parseTemplate } from '../match/variables.ts';

/** The distinct condition keys of a document, in conditions and in variables, spelled as on first use. */
export function conditionKeysOf(document: PolicyDocument): readonly string[] {
  const hasVariables = document.version === '2012-10-17';
  const keys = new Map<string, string>();
  const add = (name: string): void => {
    if (!keys.has(name.toLowerCase())) keys.set(name.toLowerCase(), name);
  };
  const addVariables = (text: string): void => {
    for (const part of parseTemplate(text, hasVariables) ?? []) {
      if (isVariable(part)) add(part.name);
    }
  };
  for (const { resource, conditions } of document.statements) {
    for (const { text } of resource?.values ?? []) addVariables(text);
    for (const { key, values } of conditions) {
      add(key);
      for (const { text } of values) addVariables(text);
    }
  }
  return [...keys.values()];
}
