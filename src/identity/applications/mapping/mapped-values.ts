import type { GroupValues } from '../../documents/applications/group-values.ts';
import { templateValues, type ValuesOf } from './templates.ts';

/** What an attribute or a claim is made of. */
export interface Mapping {
  /** Templates for everyone. */
  readonly values: readonly string[];
  readonly forGroups?: readonly GroupValues[] | undefined;
}

/** The values that a person gets, each once. */
export function mappedValues({ values, forGroups = [] }: Mapping, valuesOf: ValuesOf): readonly string[] {
  const groups = new Set(forGroups.length === 0 ? [] : valuesOf('user:groups'));
  const ofGroups = forGroups.filter(({ group }) => groups.has(group)).flatMap((each) => each.values);
  return [...new Set([...values, ...ofGroups].flatMap((template) => templateValues(template, valuesOf)))];
}
